// The temperature against what it must be by hand, and in the device's softmax.
#include "quantize/calibrate/temperature.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "quantize/read/loaded_model.h"
#include "quantize/test/problem.h"

namespace mote {
namespace {

TEST(Temperature, FitsTheShareOfRightAnswers) {
  // Logits 2 apart, three of four right: the best confidence is 3/4, where exp(2 / T) is 3.
  const std::vector<double> logits = {2, 0, 2, 0, 2, 0, 2, 0};
  const std::vector<uint32_t> labels = {0, 0, 0, 1};
  EXPECT_NEAR(fit_temperature(logits, labels), 2 / std::log(3.0), 1e-3);
  EXPECT_NEAR(negative_log_likelihood(logits, labels, 2 / std::log(3.0)), -0.75 * std::log(0.75) - 0.25 * std::log(0.25), 1e-9);
}

TEST(Temperature, IsSafeWhileNeighboursKeepApart) {
  for (const uint32_t classes : {2u, 6u, 12u, 100u}) {
    const double scale = 0.2, safe = safe_temperature(scale, classes), e = std::exp(-scale / safe);
    if (safe > 1) {
      EXPECT_GE((1 - e) / (1 + (classes - 1) * e), 1.0 / 256) << classes;
    }
    EXPECT_GE(safe, 1);
  }
  EXPECT_GT(safe_temperature(0.2, 2), safe_temperature(0.2, 6));
}

// What the random network of `seed` gives for each of its windows, at a temperature.
std::vector<std::vector<int8_t>> scores_at(uint64_t seed, double temperature) {
  test::Problem problem(seed);
  // Logits far enough apart that the temperatures below are safe.
  for (const Node& node : problem.graph.nodes)
    if (node.op == Op::fully_connected)
      for (float& weight : problem.graph.values[node.inputs[1]].floats) weight *= 30;
  problem.input.temperature = {.kind = TemperatureChoice::Kind::value, .value = temperature};
  LoadedModel model = LoadedModel::open(problem.compiled().model, "test").value();
  std::vector<std::vector<int8_t>> scores;
  for (const std::vector<int16_t>& window : problem.windows) {
    scores.emplace_back(test::kClasses);
    model.run_raw(window, {}, scores.back());
  }
  return scores;
}

int64_t answer_of(const std::vector<int8_t>& scores) { return std::max_element(scores.begin(), scores.end()) - scores.begin(); }

TEST(Temperature, ChangesConfidenceAndNoAnswer) {
  size_t changed = 0, windows = 0;
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const auto plain = scores_at(seed, 1);
    for (const double temperature : {0.5, 1.5}) {
      const auto scores = scores_at(seed, temperature);
      for (size_t w = 0; w < plain.size(); ++w) {
        changed += scores[w] != plain[w];
        const int64_t before = answer_of(plain[w]);
        const bool tied = std::count(plain[w].begin(), plain[w].end(), plain[w][static_cast<size_t>(before)]) > 1;
        if (temperature > 1 || !tied) {
          EXPECT_EQ(answer_of(scores[w]), before) << "seed " << seed << ", window " << w;
        }
        const int confidence = *std::max_element(scores[w].begin(), scores[w].end());
        const int confidence_before = plain[w][static_cast<size_t>(before)];
        EXPECT_TRUE(temperature > 1 ? confidence <= confidence_before : confidence >= confidence_before);
      }
      windows += plain.size();
    }
  }
  EXPECT_GT(changed, windows / 10) << "most of these networks are sure of themselves at any temperature";
}

}  // namespace
}  // namespace mote
