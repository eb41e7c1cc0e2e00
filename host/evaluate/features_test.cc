// Sound through a signal front end: from training on features to the int8 model that makes them itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/json.h"
#include "base/test/memory_file_system.h"
#include "host/evaluate/evaluate.h"
#include "host/evaluate/float_answers.h"
#include "host/train/augment.h"
#include "host/train/run.h"
#include "quantize/graph/text.h"

namespace mote {
namespace {

using testing::HasSubstr;

// A low or a high tone of any phase in noise, an eighth of a second at 8 kHz.
Dataset tones() {
  Dataset dataset;
  dataset.channels = {{"sound", "", 1.0 / 32768}};
  dataset.labels = {"low", "high"};
  dataset.window_samples = 1024;
  dataset.sample_rate_hz = 8000;
  Random random(3);
  for (uint32_t group = 0; group < 4; ++group) {
    dataset.groups.push_back("g" + std::to_string(group));
    for (uint32_t i = 0; i < 24; ++i) {
      dataset.label_of.push_back(i % 2);
      dataset.group_of.push_back(group);
      const double phase = random.uniform(0, 6), step = 2 * std::numbers::pi * (i % 2 == 0 ? 400 : 1500) / 8000;
      for (uint32_t t = 0; t < 1024; ++t)
        dataset.samples.push_back(static_cast<int16_t>(2000 * std::sin(step * t + phase) + 300 * random.normal()));
    }
  }
  return dataset;
}

std::string config_text(const std::string& features) {
  return "[data]\nreader = \"wav\"\n[split]\nvalidation = [\"g2\"]\ntest = [\"g3\"]\n[features]\n" + features + R"(
[augment]
shift = 100
gain = 0.2
background = "low"
hide_samples = 2
[train]
epochs = 10
batch = 16
rate = 0.01
[model]
preset = "ds-cnn"
width = 0.2
)";
}

class FeaturesTest : public testing::TestWithParam<const char*> {};

TEST_P(FeaturesTest, TravelToTheDevice) {
  const TrainConfig config = parse_train_config(config_text(GetParam()), "a.toml").value();
  const Dataset dataset = tones();
  const Split split = make_split(dataset, config.split).value();
  NoProgress progress;
  const mote::Run run = train(config, dataset, split, 1, "test", progress).value();
  EXPECT_EQ(to_text(train(config, dataset, split, 3, "test", progress)->graph), to_text(run.graph));
  const auto compiled = compile(compile_input(run), progress);
  ASSERT_TRUE(compiled.ok()) << compiled.error().line();
  const std::vector<uint32_t> windows = windows_of(dataset, split.test);
  EvaluateInput input;
  input.model = compiled->model, input.model_name = "m", input.graph = &run.graph, input.features = config.features;
  input.standardization = run.standardization, input.dataset = &dataset, input.windows = windows;
  const auto evaluation = evaluate(input, progress);
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().line();
  EXPECT_GT(evaluation->accuracy, 0.9);
  EXPECT_NEAR(evaluation->float_accuracy.value(), evaluation->accuracy, 0.06);
  const Features features = *make_features(config.features, dataset, 1, "t").value();
  EXPECT_DOUBLE_EQ(*evaluation->float_accuracy, float_accuracy(run.graph, run.standardization, features.dataset, windows));

  MemoryFileSystem files;
  ASSERT_TRUE(write_run(files, "run", run).ok());
  const auto read = read_run(files, "run");
  ASSERT_TRUE(read.ok()) << read.error().line();
  EXPECT_EQ(to_json(*read)["features"]["sample_rate_hz"], 8000);
  EXPECT_EQ(compile(compile_input(*read), progress)->model, compiled->model);
}

INSTANTIATE_TEST_SUITE_P(Every, FeaturesTest,
                         testing::Values("kind = \"mfcc\"\nbands = 16\ncoefficients = 8\nimage = true",
                                         "kind = \"mfcc\"\nbands = 16\ncoefficients = 8", "kind = \"log_mel\"\nbands = 12"),
                         [](const auto& info) { return "FrontEnd" + std::to_string(info.index); });

// Two bands that a model knows the tones by.
TEST(Features, OfImportanceHaveTheNamesOfTheFrontEnd) {
  const Dataset dataset = tones();
  FeatureConfig config;
  config.kind = SignalKind::log_mel, config.bands = 12;
  const FeatureExtractor extractor = make_extractor(config, dataset, "t").value();
  const std::vector<ChannelInfo> bands = features_of(extractor, dataset);
  ASSERT_EQ(bands.size(), 12u);
  EXPECT_EQ(bands[3].name, "mel 3");
  const TrainConfig settings = parse_train_config(config_text("kind = \"log_mel\"\nbands = 12"), "a.toml").value();
  NoProgress progress;
  const Split split = make_split(dataset, settings.split).value();
  const mote::Run run = train(settings, dataset, split, 1, "test", progress).value();
  const Compiled compiled = compile(compile_input(run), progress).value();
  const std::vector<uint32_t> windows = windows_of(dataset, split.test);
  EvaluateInput input;
  input.model = compiled.model, input.model_name = "m", input.features = settings.features, input.dataset = &dataset;
  input.windows = windows, input.importance = ImportanceOptions{};
  const Evaluation evaluation = evaluate(input, progress).value();
  ASSERT_EQ(evaluation.importance->features.size(), 12u);
  EXPECT_EQ(evaluation.importance->features[3].name, "mel 3");
  EXPECT_EQ(evaluation.importance->rows[11], "mel 11");

  input.features.bands = 13;
  EXPECT_THAT(evaluate(input, progress).error().line(), HasSubstr("takes 12 features, the run's front end makes 13"));
  Dataset timeless = dataset;  // without a float graph to feed, no features are made, and no rate is needed
  timeless.sample_rate_hz = 0;
  input.dataset = &timeless, input.importance.reset();
  EXPECT_TRUE(evaluate(input, progress).ok());
  input.graph = &run.graph;
  EXPECT_THAT(evaluate(input, progress).error().line(), HasSubstr("needs the sample rate"));
}

TEST(Features, AreMadeOfEveryWindowByTheExtractorOfTheSettings) {
  FeatureConfig config;
  config.kind = SignalKind::mfcc, config.bands = 16, config.coefficients = 8;
  const SignalFrontEnd front = front_end_of(config, 8000, "t").value();
  EXPECT_EQ(front.frame, 240u);
  EXPECT_EQ(front.hop, 160u);
  EXPECT_EQ(front.fft, 256u);
  EXPECT_EQ(front.high_hz, 3800);
  const Dataset raw = tones();
  const Features features = *make_features(config, raw, 2, "t").value();
  ASSERT_EQ(features.dataset.count(), raw.count());
  EXPECT_EQ(features.dataset.channels.size(), 8u);
  std::vector<int16_t> once(features.dataset.window_values());
  for (const uint32_t window : {0u, 41u, raw.count() - 1}) {
    features.extractor.extract(raw.window(window), once);
    EXPECT_THAT(features.dataset.window(window), testing::ElementsAreArray(once));
  }
  EXPECT_FALSE(make_features({}, raw, 1, "t").value().has_value());
}

TEST(Features, ChangesOfSoundComeBeforeThemAndWhatIsHiddenAfter) {
  const Dataset raw = tones();
  FeatureConfig config;
  config.kind = SignalKind::log_mel, config.bands = 12;
  const Features features = *make_features(config, raw, 1, "t").value();
  const Standardization standardization = measure_standardization(features.dataset, std::vector<uint32_t>{0, 1, 2, 3});
  const size_t values = features.dataset.window_values();
  std::vector<float> plain(values), made(values);
  standardize(features.dataset.window(5), standardization, plain.data());
  const auto apply = [&](const AugmentConfig& augment) {
    const Augmenter augmenter = Augmenter::make(augment, raw, {}, "t").value();
    Random random(7);
    augmenter.apply(raw.window(5), {features.extractor, features.dataset.window(5)}, standardization, random, made);
  };
  apply({});
  EXPECT_EQ(made, plain);
  apply({.hide_samples = 1000});
  for (size_t i = 0; i < values; ++i) EXPECT_TRUE(made[i] == plain[i] || made[i] == 0) << i;
  apply({.scale = 0.5});  // louder or softer: every band moves by the same number of decibels, where it is above the floor
  EXPECT_NE(made, plain);
  const double first = (made[2] - plain[2]) * standardization.deviation[2];
  EXPECT_NEAR((made[3] - plain[3]) * standardization.deviation[3], first, std::abs(first) / 10 + 20);
}

TEST(Features, NeedASampleRateAndOneChannel) {
  Dataset raw = tones();
  FeatureConfig config;
  config.kind = SignalKind::mfcc;
  raw.sample_rate_hz = 0;
  EXPECT_THAT(make_features(config, raw, 1, "a.toml").error().line(), HasSubstr("a.toml: [features] needs the sample rate"));
  raw.sample_rate_hz = 8000;
  raw.channels.push_back(raw.channels.front());
  raw.window_samples /= 2;
  EXPECT_THAT(make_features(config, raw, 1, "a.toml").error().line(), HasSubstr("one channel, the data has 2"));
  const auto parsed =
      parse_train_config("[data]\nreader = \"wav\"\n[features]\nkind = \"mel\"\n[model]\npreset = \"mlp\"\n", "a.toml");
  EXPECT_THAT(parsed.error().line(), HasSubstr("'features.kind' is none of"));
}

}  // namespace
}  // namespace mote
