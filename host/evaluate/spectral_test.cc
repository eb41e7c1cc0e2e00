// Vibrations through the front end of spectral figures: training, folds and the int8 model that makes the features itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/random.h"
#include "host/evaluate/folds.h"

namespace mote {
namespace {

// Two axes at 1600 Hz, each ringing anywhere in a low or in a high band, as loud as it happens: the class is which band on which
// axis, so that neither a value nor the strength of a signal tells it.
Dataset ringing() {
  Dataset dataset;
  dataset.channels = {{"x", "g", 1.0 / 4096}, {"y", "g", 1.0 / 4096}};
  dataset.labels = {"low low", "high low", "low high", "high high"};
  dataset.window_samples = 128;
  dataset.sample_rate_hz = 1600;
  Random random(5);
  for (uint32_t group = 0; group < 6; ++group) {
    dataset.groups.push_back("machine" + std::to_string(group));
    for (uint32_t i = 0; i < 32; ++i) {
      const uint32_t label = i % 4;
      dataset.label_of.push_back(label);
      dataset.group_of.push_back(group);
      double step[2], phase[2], strength[2];
      for (const uint32_t axis : {0u, 1u}) {
        const double hz = (label >> axis & 1) == 0 ? random.uniform(80, 250) : random.uniform(450, 700);
        step[axis] = 2 * std::numbers::pi * hz / 1600;
        phase[axis] = random.uniform(0, 6);
        strength[axis] = std::exp(random.uniform(6, 8.5));
      }
      for (uint32_t t = 0; t < 128; ++t)
        for (const uint32_t axis : {0u, 1u})
          dataset.samples.push_back(
              static_cast<int16_t>(strength[axis] * std::sin(step[axis] * t + phase[axis]) + 60 * random.normal()));
    }
  }
  return dataset;
}

TrainConfig spectral_config() {
  return parse_train_config(R"(
[data]
reader = "wav"
[split]
validation_groups = 1
test_groups = 1
[features]
kind = "spectral"
[train]
epochs = 30
batch = 16
rate = 0.01
[model]
preset = "mlp"
width = 0.5
)",
                            "a.toml")
      .value();
}

TEST(SpectralFeatures, TellBandsApartOnMachinesOfOtherFolds) {
  NoProgress progress;
  const auto folds = cross_validate(spectral_config(), ringing(), 3, 2, progress);
  ASSERT_TRUE(folds.ok()) << folds.error().line();
  ASSERT_EQ(folds->folds.size(), 3u);
  EXPECT_GT(folds->mean_accuracy, 0.9);
  EXPECT_NEAR(folds->mean_float_accuracy, folds->mean_accuracy, 0.05);
  for (const Fold& fold : folds->folds) {
    EXPECT_EQ(fold.evaluation.samples, 64u);
    EXPECT_GT(fold.evaluation.accuracy, 0.8);
  }
}

TEST(SpectralFeatures, FindNothingInNoise) {
  Dataset dataset = ringing();
  Random random(6);
  for (int16_t& sample : dataset.samples) sample = static_cast<int16_t>(60 * random.normal());
  NoProgress progress;
  EXPECT_LT(cross_validate(spectral_config(), dataset, 3, 2, progress)->mean_accuracy, 0.5);
}

TEST(SpectralFeatures, GiveTheSameBytesOnAnyThreads) {
  const Dataset dataset = ringing();
  const TrainConfig config = spectral_config();
  const Split split = make_split(dataset, config.split).value();
  NoProgress progress;
  const auto model = [&](uint32_t threads) {
    const mote::Run run = train(config, dataset, split, threads, "test", progress).value();
    return compile(compile_input(run), progress)->model;
  };
  EXPECT_EQ(model(1), model(3));
}

}  // namespace
}  // namespace mote
