// The configurations in examples/: all are read without a complaint, and on their recordings reach what the documentation says.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>

#include "base/test/shared_data.h"
#include "host/evaluate/evaluate_run.h"
#include "host/evaluate/folds.h"
#include "host/quantize_run.h"
#include "host/train/network.h"

namespace mote {
namespace {

constexpr uint32_t kThreads = 2;  // of no consequence for the result

// examples/NAME/mote.toml, from this folder or one above it; none where that is not.
std::optional<TrainConfig> example(const std::string& name) {
  DiskFileSystem files;
  for (Path base = std::filesystem::current_path(); base != base.parent_path(); base = base.parent_path()) {
    const Path path = base / "examples" / name / "mote.toml";
    if (!std::filesystem::exists(path)) continue;
    const auto config = parse_train_config(files.read_text(path).value(), path.string());
    EXPECT_TRUE(config.ok()) << config.error().line();
    return config.ok() ? std::optional(*config) : std::nullopt;
  }
  return std::nullopt;
}

// What `mote quantize --KEY VALUE ...` hands on.
std::vector<std::string> flags_of(const std::map<std::string_view, std::string>& values) {
  std::vector<std::string> flags;
  for (const QuantizeSetting& setting : quantize_settings()) {
    const auto found = values.find(setting.key);
    flags.push_back(found == values.end() ? "" : found->second);
  }
  return flags;
}

TEST(Examples, AreConfigurationsThatMakeNetworks) {
  if (!example("har")) GTEST_SKIP() << "skipped: the examples are not above this folder";
  struct Row {
    const char* name;
    uint32_t channels, classes;
    uint32_t height = 1, width = 0;  // width 0: the window
  };
  for (const Row& row : {Row{"har", 6, 6}, Row{"vibration", 3, 5}, Row{"own-data", 3, 5}, Row{"imu-gesture", 6, 5},
                         Row{"mnist", 1, 10, 28, 28}, Row{"pump", 6, 2}}) {
    const auto config = example(row.name);
    ASSERT_TRUE(config) << row.name;
    const uint32_t width = row.width == 0 ? config->data.window : row.width;
    EXPECT_TRUE(Network::make(config->layers, {1, row.height, width, row.channels}, row.classes, 1, config->fit.goal).ok());
  }
}

// Whole trainings, on recordings that are not part of the sources: ctest -L long.
class ExamplesLong : public testing::Test {
 protected:
  void SetUp() override {
    const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    run_ = Path(testing::TempDir()) / ("mote_example_" + name);
  }
  void TearDown() override { std::filesystem::remove_all(run_); }

  // False where the recordings or the examples are absent.
  bool find(const char* name, const char* recordings) {
    config_ = example(name);
    data_ = shared_data(recordings);
    return config_ && !data_.empty();
  }
  Dataset recordings() { return load(files_, config_->data, data_).value(); }

  void train_once() {
    const Dataset dataset = recordings();
    const auto trained = train(*config_, dataset, make_split(dataset, config_->split).value(), kThreads, "test", progress_);
    ASSERT_TRUE(trained.ok()) << trained.error().line();
    ASSERT_TRUE(write_run(files_, run_, *trained).ok());
  }

  // Of the run, quantized with these flags, on its test groups.
  Evaluation judge(const std::map<std::string_view, std::string>& values = {}) {
    const std::vector<std::string> flags = flags_of(values);
    const auto quantized = quantize_run(files_, run_, progress_, {.flags = flags});
    EXPECT_TRUE(quantized.ok()) << quantized.error().line();
    Evaluation found = evaluate_run(files_, {.model = run_ / kModelFile, .data = data_}, progress_).value();
    std::printf("%s %.4f, float %.4f, on %u windows; %llu bytes, arena %u\n", found.metric.c_str(), found.accuracy,
                found.float_accuracy.value_or(0), found.samples, static_cast<unsigned long long>(found.model_bytes),
                found.arena_bytes);
    return found;
  }

  Folds judge_folds(uint32_t count) {
    Folds found = cross_validate(*config_, recordings(), count, kThreads, progress_).value();
    std::printf("%u folds: accuracy %.4f, float %.4f; %llu bytes, arena %u\n", count, found.mean_accuracy,
                found.mean_float_accuracy, static_cast<unsigned long long>(found.model_bytes), found.arena_bytes);
    return found;
  }

  DiskFileSystem files_;
  NoProgress progress_;
  std::optional<TrainConfig> config_;
  Path data_, run_;
};

TEST_F(ExamplesLong, HarOverSevenFoldsOfThreePeople) {
  if (!find("har", "har-hapt")) GTEST_SKIP() << "skipped: no recordings of the HAPT data set";
  const Folds folds = judge_folds(7);
  EXPECT_GE(folds.mean_accuracy, 0.935);
  EXPECT_LE(folds.mean_float_accuracy - folds.mean_accuracy, 0.005);
  EXPECT_LE(folds.model_bytes, 48u << 10);
  EXPECT_LE(folds.arena_bytes, 32u << 10);
}

TEST_F(ExamplesLong, SpeechCommands) {
  if (!find("speech-commands", "speech-commands")) GTEST_SKIP() << "skipped: no recordings of Speech Commands";
  const auto begin = std::chrono::steady_clock::now();
  train_once();
  std::printf("trained in %.0f s\n", std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  const Evaluation evaluation = judge();
  EXPECT_GE(evaluation.accuracy, 0.82);
  EXPECT_LE(evaluation.model_bytes, 64u << 10);
}

TEST_F(ExamplesLong, MnistWithWeightsOfEightAndOfFourBits) {
  if (!find("mnist", "mnist")) GTEST_SKIP() << "skipped: no images of MNIST";
  train_once();
  const Evaluation eight = judge();
  EXPECT_GE(eight.accuracy, 0.988);
  EXPECT_LE(eight.model_bytes, 64u << 10);
  const Evaluation four = judge({{"weights", "int4"}, {"weight_rounding", "adaptive"}});
  EXPECT_GE(four.accuracy, 0.985);
  EXPECT_LE(four.model_bytes, 32u << 10);
}

TEST_F(ExamplesLong, ImuGestureOverFiveFolds) {
  if (!find("imu-gesture", "imu-gesture")) GTEST_SKIP() << "skipped: no recordings of gestures";
  EXPECT_GE(judge_folds(5).mean_accuracy, 0.85);
}

TEST_F(ExamplesLong, Pump) {
  if (!find("pump", "skab-pump")) GTEST_SKIP() << "skipped: no recordings of the pump";
  train_once();
  const Evaluation evaluation = judge();
  EXPECT_EQ(evaluation.metric, "auc");
  EXPECT_GE(evaluation.accuracy, 0.70);
}

}  // namespace
}  // namespace mote
