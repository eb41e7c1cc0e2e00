// A temperature in the model, judged by what the device answers with and without it.
#include <gtest/gtest.h>

#include "host/evaluate/evaluate.h"
#include "host/evaluate/test/planted.h"

namespace mote {
namespace {

using Kind = TemperatureChoice::Kind;

Evaluation evaluated_at(test::Planted& planted, const TemperatureChoice& temperature) {
  NoProgress progress;
  const Bytes model = planted.model(temperature);
  EvaluateInput input;
  input.model = model, input.model_name = "planted", input.dataset = &planted.dataset, input.windows = planted.windows;
  return evaluate(input, progress).value();
}

// The logits are far apart, and one window in four has the other label: a model that is always sure of itself.
TEST(TemperatureInTheModel, MakesConfidenceHonestAndLeavesAnswersAlone) {
  test::Planted planted(600, 8, 25);
  const Evaluation before = evaluated_at(planted, {}), after = evaluated_at(planted, {.kind = Kind::fitted});
  ASSERT_EQ(before.answers.size(), after.answers.size());
  size_t others = 0;
  for (size_t i = 0; i < before.answers.size(); ++i) {
    EXPECT_EQ(before.answers[i].answer, after.answers[i].answer) << i;
    others += before.answers[i].confidence != after.answers[i].confidence;
  }
  EXPECT_GT(others, before.answers.size() / 2);
  EXPECT_GT(before.reliability->error, 0.15);
  EXPECT_LT(after.reliability->error, before.reliability->error / 2);
  EXPECT_GT(before.reliability->confidence, after.reliability->confidence);
  EXPECT_EQ(before.accuracy, after.accuracy);
}

}  // namespace
}  // namespace mote
