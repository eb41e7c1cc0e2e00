// The small parts of training: threads, optimizer, augmentation, configuration.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "host/train/augment.h"
#include "host/train/config.h"
#include "host/train/network.h"
#include "host/train/optimizer.h"
#include "host/train/presets.h"
#include "host/train/test/small.h"
#include "host/train/workers.h"
#include "quantize/graph/text.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(Workers, DoEachTaskOnceManyTimesOver) {
  for (const uint32_t threads : {1u, 2u, 5u}) {
    Workers workers(threads);
    for (int round = 0; round < 200; ++round) {
      std::vector<int> done(7, 0);
      workers.each(7, [&](uint32_t task) { ++done[task]; });
      EXPECT_EQ(done, std::vector<int>(7, 1));
    }
    workers.each(0, [](uint32_t) { FAIL(); });
  }
}

TEST(Adam, FirstStepIsTheRateAgainstTheGradientsSign) {
  Parameter weights(true), bias(false);
  weights.resize(2), bias.resize(1);
  weights.value = {1, -2};
  bias.value = {3};
  weights.gradient[0] = {0.5f, -4};
  bias.gradient[0] = {0};
  Adam adam({&weights, &bias}, 0.1);
  adam.step(0.01);
  EXPECT_NEAR(weights.value[0], 1 * (1 - 0.01 * 0.1) - 0.01, 1e-6);  // decay is apart from the gradient
  EXPECT_NEAR(weights.value[1], -2 * (1 - 0.01 * 0.1) + 0.01, 1e-6);
  EXPECT_EQ(bias.value[0], 3);  // no decay, no gradient
}

TEST(Adam, FindsTheLeastOfAParabola) {
  Parameter x(false);
  x.resize(1);
  x.value = {5};
  Adam adam({&x}, 0);
  for (int step = 0; step < 2000; ++step) {
    x.gradient[0][0] = 2 * (x.value[0] - 1.5f);
    adam.step(0.02);
  }
  EXPECT_NEAR(x.value[0], 1.5, 1e-2);
}

TEST(Sgd, StepsWithMomentumAndDecay) {
  Parameter weights(true);
  weights.resize(1);
  weights.value = {2};
  Sgd sgd({&weights}, 0.1, 0.5);
  weights.gradient[0] = {1};
  sgd.step(0.1);  // velocity 1; 2 * 0.99 - 0.1 * (1 + 0.5 * 1)
  EXPECT_NEAR(weights.value[0], 1.83, 1e-6);
  weights.gradient[0] = {0};
  sgd.step(0.1);  // velocity 0.5
  EXPECT_NEAR(weights.value[0], 1.83 * 0.99 - 0.1 * 0.25, 1e-6);
}

TEST(Sgd, FindsTheLeastOfAParabola) {
  Parameter x(false);
  x.resize(1);
  x.value = {5};
  Sgd sgd({&x}, 0, 0.9);
  for (int step = 0; step < 300; ++step) {
    x.gradient[0][0] = 2 * (x.value[0] - 1.5f);
    sgd.step(0.02);
  }
  EXPECT_NEAR(x.value[0], 1.5, 1e-3);
}

TEST(CosineRate, RisesThenFallsToNothing) {
  EXPECT_DOUBLE_EQ(cosine_rate(0.1, 0, 10, 110), 0.01);
  EXPECT_DOUBLE_EQ(cosine_rate(0.1, 9, 10, 110), 0.1);
  EXPECT_DOUBLE_EQ(cosine_rate(0.1, 10, 10, 110), 0.1);
  EXPECT_NEAR(cosine_rate(0.1, 60, 10, 110), 0.05, 1e-12);
  EXPECT_EQ(cosine_rate(0.1, 110, 10, 110), 0);
  EXPECT_DOUBLE_EQ(cosine_rate(0.1, 0, 0, 100), 0.1);
}

struct Windows {
  Dataset dataset = small_dataset(1, 1);
  Standardization standardization{{10, 20, 30}, {100, 200, 300}};
  std::vector<float> plain = std::vector<float>(dataset.window_values());
  Windows() { standardize(dataset.window(1), standardization, plain.data()); }

  std::vector<float> apply(const AugmentConfig& config, uint64_t seed = 1) {
    const Augmenter augmenter = Augmenter::make(config, dataset, {}, "test").value();
    Random random(seed);
    std::vector<float> to(plain.size());
    augmenter.apply(dataset.window(1), standardization, random, to.data());
    return to;
  }
};

TEST(Augment, ChangesNothingWhenOff) {
  Windows windows;
  EXPECT_EQ(windows.apply({}), windows.plain);
  EXPECT_NEAR(windows.plain[1], (windows.dataset.window(1)[1] - 20) / 200.0, 1e-6);
}

TEST(Augment, ARotationKeepsTheLengthOfEveryVectorAndTheAskedSize) {
  Windows windows;
  windows.standardization = {{0, 0, 0}, {1, 1, 1}};
  const auto raw = windows.dataset.window(1);
  double squares = 0;
  constexpr int kDraws = 300;
  for (int seed = 0; seed < kDraws; ++seed) {
    const auto turned = windows.apply({.rotate_channels = {"x", "y", "z"}, .rotate_degrees = 6}, static_cast<uint64_t>(seed));
    double before = 0, after = 0, product = 0;
    for (int c = 0; c < 3; ++c) {
      before += static_cast<double>(raw[c]) * raw[c];
      after += static_cast<double>(turned[c]) * turned[c];
      product += static_cast<double>(raw[c]) * turned[c];
    }
    ASSERT_NEAR(after / before, 1, 1e-4);
    const double angle = std::acos(std::min(1.0, product / std::sqrt(before * after))) * 180 / M_PI;
    squares += angle * angle;
  }
  // A vector turned about a random axis moves by the part of the turn across it: root of two thirds.
  EXPECT_NEAR(std::sqrt(squares / kDraws), 6 * std::sqrt(2.0 / 3), 0.6);
}

TEST(Augment, AShiftGoesAroundTheEnd) {
  Windows windows;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const auto shifted = windows.apply({.shift = 5}, seed);
    bool found = false;
    for (int by = 0; by <= 10 && !found; ++by) {
      std::vector<float> expected = windows.plain;
      std::rotate(expected.begin(), expected.begin() + by * 3, expected.end());
      found =
          std::equal(expected.begin(), expected.end(), shifted.begin(), [](float a, float b) { return std::abs(a - b) < 1e-4; });
    }
    EXPECT_TRUE(found);
  }
}

TEST(Augment, GainOffsetAndNoiseHaveTheAskedSize) {
  Windows windows;
  const auto size = [&](const AugmentConfig& config) {
    double squares = 0;
    for (uint64_t seed = 0; seed < 400; ++seed) {
      const double change = windows.apply(config, seed)[0] - windows.plain[0];
      squares += change * change;
    }
    return std::sqrt(squares / 400);
  };
  EXPECT_NEAR(size({.offset = 0.3}), 0.3, 0.04);
  EXPECT_NEAR(size({.noise = 0.2}), 0.2, 0.03);
  EXPECT_NEAR(size({.gain = 0.1}), 0.1 * std::abs(windows.dataset.window(1)[0]) / 100, 0.02);
}

TEST(Augment, RefusesChannelsThatAreNot) {
  Windows windows;
  const auto unknown = Augmenter::make({.rotate_channels = {"x", "y", "w"}}, windows.dataset, {}, "a.toml");
  ASSERT_FALSE(unknown.ok());
  EXPECT_THAT(unknown.error().line(), HasSubstr("names 'w', which is no channel"));
  EXPECT_FALSE(Augmenter::make({.rotate_channels = {"x", "y"}}, windows.dataset, {}, "a.toml").ok());
  EXPECT_FALSE(Augmenter::make({.rotate_degrees = 3}, windows.dataset, {}, "a.toml").ok());
}

TEST(Standardization, IsThatOfTheWindowsAndSurvivesASilentChannel) {
  Dataset dataset;
  dataset.channels = {{"a", "", 1}, {"b", "", 1}};
  dataset.window_samples = 2;
  dataset.samples = {1, 5, 3, 5, 100, 100, 100, 100};
  dataset.label_of = {0, 0};
  dataset.group_of = {0, 1};
  const Standardization measured = measure_standardization(dataset, std::vector<uint32_t>{0});
  EXPECT_EQ(measured.mean, (std::vector<double>{2, 5}));
  EXPECT_EQ(measured.deviation, (std::vector<double>{1, 1}));
}

TEST(TrainConfig, ReadsEveryKey) {
  const TrainConfig config = small_config();
  EXPECT_EQ(config.text, kSmallConfig);
  EXPECT_EQ(config.seed, 5u);
  EXPECT_EQ(config.fit.batch, 22u);
  EXPECT_EQ(config.augment.shift, 3u);
  ASSERT_EQ(config.layers.size(), 12u);  // norms and activations stand as layers of their own
  EXPECT_EQ(config.layers[1].name, "conv1.norm");
  EXPECT_FALSE(config.layers[0].bias);
  EXPECT_EQ(config.layers[5].kind, LayerKind::relu6);
  EXPECT_EQ(config.layers[6].stride, 2u);  // a pool's stride is its width
  EXPECT_FALSE(config.layers[6].same);
  EXPECT_TRUE(config.layers[7].bias);
}

struct BadConfig {
  const char* name;
  const char* from;
  const char* to;
  const char* says;
};

class BadConfigTest : public testing::TestWithParam<BadConfig> {};

TEST_P(BadConfigTest, IsRefusedWithPlaceAndReason) {
  std::string text = kSmallConfig;
  const size_t at = text.find(GetParam().from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string(GetParam().from).size(), GetParam().to);
  const auto config = parse_train_config(text, "bad.toml");
  ASSERT_FALSE(config.ok());
  EXPECT_THAT(config.error().line(), HasSubstr(GetParam().says));
  EXPECT_THAT(config.error().line(), HasSubstr("bad.toml"));
  EXPECT_EQ(config.error().cause, Cause::usage);
}

INSTANTIATE_TEST_SUITE_P(
    Every, BadConfigTest,
    testing::Values(BadConfig{"UnknownKey", "epochs = 3", "epoch = 3", "'train.epoch' is not a key"},
                    BadConfig{"UnknownLayer", "kind = \"max_pool\"", "kind = \"min_pool\"",
                              "'min_pool' is no layer; there are: conv"},
                    BadConfig{"NoKernel", "kernel = 7\n", "", "'layer[0].kernel' is missing"},
                    BadConfig{"Padding", "kernel = 7", "kernel = 7\npadding = \"half\"", "is neither \"same\" nor \"valid\""},
                    BadConfig{"Activation", "activation = \"relu6\"", "activation = \"tanh\"", "is none of \"none\""},
                    BadConfig{"ZeroFilters", "filters = 6", "filters = 0", "outside 1 to 4096"},
                    BadConfig{"TextForNumber", "rate = 0.01", "rate = \"fast\"", "'train.rate' is not a number"},
                    BadConfig{"Reader", "reader = \"vibration\"", "reader = \"mp3\"", "is none of \"hapt\""},
                    BadConfig{"NoReader", "reader = \"vibration\"\n", "", "'data.reader' is missing"},
                    BadConfig{"JoinOfOne", "kind = \"max_pool\"\nkernel = 2", "kind = \"add\"\nfrom = [\"conv1\"]",
                              "needs two layers in 'from'"},
                    BadConfig{"FromNobody", "kernel = 5", "kernel = 5\nfrom = [\"conv9\"]", "names 'conv9', which is no layer"},
                    BadConfig{"FromMany", "kernel = 5", "kernel = 5\nfrom = [\"conv1\", \"input\"]", "more than one layer"},
                    BadConfig{"NameTwice", "kernel = 5", "kernel = 5\nname = \"conv1\"", "is the name of another layer"},
                    BadConfig{"Optimizer", "batch = 22", "optimizer = \"lion\"", "neither \"adam\" nor \"sgd\""},
                    BadConfig{"Goal", "batch = 22", "goal = \"win\"", "neither \"classify\" nor"},
                    BadConfig{"ClassWeight", "batch = 22", "class_weights = [1, 0]", "outside 0 to 1000"},
                    BadConfig{"Weights", "batch = 22", "class_weights = [1, 2]\nbalanced = true", "beside class_weights"},
                    BadConfig{"Preset", "[train]", "[model]\npreset = \"gpt\"\n[train]", "there are: mlp, cnn1d"},
                    BadConfig{"PresetAndLayers", "[train]", "[model]\npreset = \"mlp\"\n[train]", "both a preset and [[layer]]"},
                    BadConfig{"NotToml", "[train]", "[train", "is not TOML"}),
    [](const auto& info) { return info.param.name; });

TEST(TrainConfig, TakesSeparableBlocksAndBranchesApart) {
  const auto config = parse_train_config(R"(
[data]
reader = "vibration"
[[layer]]
kind = "conv"
name = "stem"
filters = 4
kernel = 3
batch_norm = true
activation = "relu"
[[layer]]
kind = "separable_conv"
name = "block"
filters = 4
kernel = 5
stride = 1
activation = "relu6"
[[layer]]
kind = "add"
from = ["stem", "block"]
activation = "relu"
[[layer]]
kind = "dense"
units = 5
)",
                                         "a.toml");
  ASSERT_TRUE(config.ok()) << config.error().line();
  ASSERT_EQ(config->layers.size(), 10u);
  EXPECT_EQ(config->layers[3].kind, LayerKind::depthwise_conv);
  EXPECT_EQ(config->layers[3].filter_width, 5u);
  EXPECT_EQ(config->layers[5].kind, LayerKind::conv);
  EXPECT_EQ(config->layers[5].filter_width, 1u);
  EXPECT_EQ(config->layers[7].from, (std::vector<size_t>{2, 6}));  // behind norms and activations
  EXPECT_TRUE(Network::make(config->layers, {1, 1, 128, 3}, 5, 1).ok());
}

TEST(Presets, MakeNetworksForSignalsAndImages) {
  for (const char* name : {"mlp", "cnn1d", "ds-cnn", "resnet8", "mobilenet-0.25", "autoencoder"}) {
    ASSERT_TRUE(is_preset(name));
    const Goal goal = std::string(name) == "autoencoder" ? Goal::reconstruct : Goal::classify;
    for (const Shape& shape : {Shape{1, 1, 128, 6}, Shape{1, 1, 2000, 1}, Shape{1, 28, 28, 1}, Shape{1, 1, 1, 8}}) {
      for (const double width : {0.25, 1.0}) {
        const auto network = Network::make(preset(name, {.shape = shape, .classes = 7, .width = width}), shape, 7, 1, goal);
        ASSERT_TRUE(network.ok()) << name << ": " << network.error().line();
        EXPECT_TRUE(verify(network->graph(), name).ok());
      }
    }
  }
  EXPECT_FALSE(is_preset("gpt"));
}

TEST(TrainConfig, RefusesToHaveNoLayers) {
  const auto config = parse_train_config("[data]\nreader = \"vibration\"\n", "bad.toml");
  ASSERT_FALSE(config.ok());
  EXPECT_EQ(config.error().line(), "bad.toml: has no [[layer]]; see docs/training.md");
}

}  // namespace
}  // namespace mote
