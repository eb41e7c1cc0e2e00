// Evaluation of a quantized model against counting by hand, and from a run's folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/json.h"
#include "base/test/memory_file_system.h"
#include "host/evaluate/evaluate_page.h"
#include "host/evaluate/evaluate_run.h"
#include "host/evaluate/float_answers.h"
#include "host/evaluate/folds.h"
#include "host/quantize_run.h"
#include "host/train/test/small.h"
#include "quantize/read/loaded_model.h"

namespace mote {
namespace {

using testing::HasSubstr;

TrainConfig learning_config() {
  TrainConfig config = small_config();
  config.augment = {};
  config.fit.epochs = 25;
  return config;
}

class EvaluateTest : public testing::Test {
 protected:
  EvaluateTest() : dataset_(small_dataset()) {
    // The folder's configuration makes the same data again; only how long it trains differs.
    const TrainConfig config = learning_config();
    const mote::Run run = train(config, dataset_, make_split(dataset_, config.split).value(), 2, "test", progress_).value();
    EXPECT_TRUE(write_run(files_, "run", run).ok());
    const auto quantized = quantize_run(files_, "run", progress_);
    EXPECT_TRUE(quantized.ok()) << quantized.error().line();
    graph_ = run.graph;
    standardization_ = run.standardization;
  }

  Result<Evaluation> eval(EvaluatePart part) {
    return evaluate_run(files_, {.model = "run/model.mote", .data = std::nullopt, .part = part, .keep_tensors = true}, progress_);
  }

  MemoryFileSystem files_;
  NoProgress progress_;
  Dataset dataset_;
  Graph graph_;
  Standardization standardization_;
};

TEST_F(EvaluateTest, CountsWhatTheDeviceAnswers) {
  const auto evaluation = eval(EvaluatePart::test);
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().line();
  const std::vector<uint32_t> windows = windows_of(dataset_, {3});
  ASSERT_EQ(evaluation->samples, windows.size());
  LoadedModel model = LoadedModel::open(files_.files["run/model.mote"], "model").value();
  uint32_t right = 0;
  std::vector<int8_t> input(model.input().count), output(model.output().count);
  for (size_t i = 0; i < windows.size(); ++i) {
    // The saved inputs, run alone, give the saved outputs.
    std::memcpy(input.data(), evaluation->inputs.data() + i * input.size(), input.size());
    model.run(input, output);
    EXPECT_EQ(0, std::memcmp(output.data(), evaluation->outputs.data() + i * output.size(), output.size()));
    right +=
        dataset_.label_of[windows[i]] == static_cast<uint32_t>(std::max_element(output.begin(), output.end()) - output.begin());
  }
  EXPECT_DOUBLE_EQ(evaluation->accuracy, static_cast<double>(right) / static_cast<double>(windows.size()));
  EXPECT_EQ(evaluation->model_bytes, files_.files["run/model.mote"].size());
  EXPECT_EQ(evaluation->arena_bytes, model.arena_bytes());
  EXPECT_DOUBLE_EQ(evaluation->float_accuracy.value(), float_accuracy(graph_, standardization_, dataset_, windows));
  uint32_t counted = 0;
  for (const auto& row : evaluation->confusion) counted = std::accumulate(row.begin(), row.end(), counted);
  EXPECT_EQ(counted, evaluation->samples);
  for (size_t label = 0; label < 5; ++label)
    EXPECT_DOUBLE_EQ(evaluation->recall[label].value(), evaluation->confusion[label][label] / 8.0);
}

TEST_F(EvaluateTest, AllMeansEveryWindow) {
  const auto evaluation = eval(EvaluatePart::all);
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().line();
  EXPECT_EQ(evaluation->samples, dataset_.count());
  EXPECT_GT(evaluation->accuracy, 0.5);
}

TEST_F(EvaluateTest, SaysNullWithoutAFloatGraphOrAClassWithoutWindows) {
  ASSERT_TRUE(files_.remove("run/float.graph").ok());
  Evaluation evaluation = eval(EvaluatePart::test).value();
  EXPECT_FALSE(evaluation.float_accuracy.has_value());
  EXPECT_TRUE(to_json(evaluation)["float_accuracy"].is_null());
  evaluation.recall[2] = std::nullopt;
  EXPECT_TRUE(to_json(evaluation)["recall"]["misalignment"].is_null());
  EXPECT_THAT(to_text(evaluation), HasSubstr("     -"));
}

TEST_F(EvaluateTest, SaysWhatTheModelCalculatesWith) {
  EXPECT_THAT(to_text(eval(EvaluatePart::test).value()), testing::ContainsRegex("accuracy  [01].[0-9]* int8, "));
  std::vector<std::string> flags;
  for (const QuantizeSetting& setting : quantize_settings()) flags.push_back(setting.key == "activations" ? "int16" : "");
  const auto quantized = quantize_run(files_, "run", progress_, {.flags = flags});
  ASSERT_TRUE(quantized.ok()) << quantized.error().line();
  const Evaluation wide = eval(EvaluatePart::test).value();
  EXPECT_THAT(to_text(wide), testing::ContainsRegex("accuracy  [01].[0-9]* int16, "));
  EXPECT_EQ(to_json(wide)["activations"], "int16");
  EXPECT_THAT(to_html(wide, "model"), HasSubstr("of the int16 model"));
  const Folds folds = {.folds = {{.split = {}, .evaluation = wide}}};
  EXPECT_THAT(to_text(folds), testing::StartsWith("fold  int16   float "));
}

TEST_F(EvaluateTest, RefusesDataOfAnotherShapeAndModelsThatAreNone) {
  Dataset narrow = dataset_;
  narrow.window_samples = 64;
  const std::vector<uint32_t> windows = {0};
  const Bytes model = files_.files["run/model.mote"];
  EvaluateInput input;
  input.model = model, input.model_name = "m", input.dataset = &narrow, input.windows = windows;
  EXPECT_THAT(evaluate(input, progress_).error().line(),
              HasSubstr("m: takes windows of 128 samples and 3 channels, the data has 64 and 3"));
  files_.files["run/model.mote"].resize(100);
  EXPECT_FALSE(eval(EvaluatePart::test).ok());
  files_.files.erase("run/run.json");
  EXPECT_THAT(eval(EvaluatePart::test).error().line(), HasSubstr("run: holds no run.json"));
  files_.files.erase("run/model.mote");
  EXPECT_THAT(eval(EvaluatePart::test).error().line(), HasSubstr("run/model.mote: cannot be opened"));
}

TEST_F(EvaluateTest, RefusesATestOnStrangersAndRecordingsForTheGenerator) {
  Json json = read_json(files_, "run/run.json").value();
  json["split"]["test"] = {"machine77"};
  ASSERT_TRUE(write_json(files_, "run/run.json", json).ok());
  EXPECT_THAT(eval(EvaluatePart::test).error().line(),
              HasSubstr("has no group 'machine77', which the run tests on; evaluate all windows"));
  EXPECT_TRUE(eval(EvaluatePart::all).ok());
  const auto recordings =
      evaluate_run(files_, {.model = "run/model.mote", .data = "somewhere", .part = EvaluatePart::all}, progress_);
  EXPECT_THAT(recordings.error().line(), HasSubstr("somewhere: the generator reads no recordings"));
}

TEST(Folds, TrainQuantizeAndTestOncePerFold) {
  NoProgress progress;
  const Dataset dataset = small_dataset(3, 6);
  TrainConfig config = learning_config();
  config.fit.epochs = 2;
  const auto folds = cross_validate(config, dataset, 3, 2, progress);
  ASSERT_TRUE(folds.ok()) << folds.error().line();
  ASSERT_EQ(folds->folds.size(), 3u);
  double mean = 0, mean_float = 0;
  for (size_t i = 0; i < 3; ++i) {
    const Fold& fold = folds->folds[i];
    EXPECT_EQ(fold.split.test, std::vector<std::string>{"machine0" + std::to_string(i)});
    EXPECT_EQ(fold.evaluation.samples, 30u);
    mean += fold.evaluation.accuracy / 3;
    mean_float += fold.evaluation.float_accuracy.value() / 3;
  }
  const Json json = to_json(*folds);
  EXPECT_DOUBLE_EQ(json["mean_accuracy"].get<double>(), mean);
  EXPECT_DOUBLE_EQ(json["mean_float_accuracy"].get<double>(), mean_float);
  EXPECT_EQ(json["folds"].size(), 3u);
  EXPECT_GT(json["model_bytes"].get<uint64_t>(), 0u);
  EXPECT_GT(json["arena_bytes"].get<uint32_t>(), 0u);
  EXPECT_FALSE(cross_validate(config, dataset, 4, 2, progress).ok());
}

}  // namespace
}  // namespace mote
