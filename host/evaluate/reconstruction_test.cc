// An autoencoder from training to its figure, and the figure against counting pairs.
#include "host/evaluate/reconstruction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "base/random.h"
#include "base/test/memory_file_system.h"
#include "host/evaluate/evaluate_run.h"
#include "host/quantize_run.h"
#include "host/train/run.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(AreaUnderCurve, CountsPairs) {
  Random random(1);
  for (int round = 0; round < 50; ++round) {
    std::vector<double> scores;
    std::vector<bool> anomalous = {true, false};
    for (int i = 0; i < 20; ++i) scores.push_back(static_cast<double>(random.below(8)));  // many are equal
    while (anomalous.size() < scores.size()) anomalous.push_back(random.below(3) == 0);
    double above = 0, pairs = 0;
    for (size_t a = 0; a < scores.size(); ++a) {
      for (size_t b = 0; b < scores.size(); ++b) {
        if (!anomalous[a] || anomalous[b]) continue;
        above += scores[a] > scores[b] ? 1 : scores[a] == scores[b] ? 0.5 : 0;
        ++pairs;
      }
    }
    EXPECT_NEAR(area_under_curve(scores, anomalous), above / pairs, 1e-12);
  }
}

TEST(Autoencoder, IsTrainedOnOneClassAndTellsItFromOthers) {
  const char* const text = R"(
[data]
reader = "csv"
window = 16
hop = 16
label = "what"
labels = ["normal", "fault"]
[[data.channel]]
column = "x"
resolution = 0.001
[split]
validation = ["validation"]
test = ["test"]
[model]
preset = "autoencoder"
width = 0.25
[train]
epochs = 60
batch = 16
)";
  // A sine of any phase; a fault is one of three times its frequency.
  MemoryFileSystem files;
  Random random(2);
  for (const char* name : {"train", "validation", "test"}) {
    std::string table = "x,what\n";
    for (int block = 0; block < 120; ++block) {
      const bool fault = block % 2 == 1 && std::string(name) == "test";
      const double phase = random.uniform(0, 6.28);
      for (int t = 0; t < 16; ++t)
        table += std::to_string(std::sin(phase + t * (fault ? 1.2 : 0.4))) + (fault ? ",fault\n" : ",normal\n");
    }
    ASSERT_TRUE(files.write_text(Path("d") / (std::string(name) + ".csv"), table).ok());
  }
  NoProgress progress;
  const TrainConfig config = parse_train_config(text, "a.toml").value();
  const Dataset dataset = load(files, config.data, "d").value();
  const auto run = train(config, dataset, make_split(dataset, config.split).value(), 2, "test", progress);
  ASSERT_TRUE(run.ok()) << run.error().line();
  EXPECT_FALSE(run->metrics.test_accuracy.has_value());
  ASSERT_TRUE(write_run(files, "run", *run).ok());
  const auto quantized = quantize_run(files, "run", progress);
  ASSERT_TRUE(quantized.ok()) << quantized.error().line();
  const auto evaluation = evaluate_run(files, {.model = "run/model.mote", .data = "d"}, progress);
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().line();
  EXPECT_GT(evaluation->accuracy, 0.9);
  EXPECT_NEAR(evaluation->float_accuracy.value(), evaluation->accuracy, 0.05);
  EXPECT_EQ(to_json(*evaluation)["metric"], "auc");
  EXPECT_THAT(to_text(*evaluation), HasSubstr("AUC"));
  ASSERT_TRUE(files.remove("d/test.csv").ok());
  const auto one_kind = evaluate_run(files, {.model = "run/model.mote", .data = "d", .part = EvaluatePart::all}, progress);
  ASSERT_FALSE(one_kind.ok());
  EXPECT_THAT(one_kind.error().line(), HasSubstr("the windows are all of one kind"));
}

}  // namespace
}  // namespace mote
