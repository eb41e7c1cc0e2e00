// Every two of ten models of one family: the delta comes back bit for bit through the device's decoder, and is small.
#include <gtest/gtest.h>

#include <iostream>

#include "ota/delta/delta.h"
#include "quantize/compile.h"
#include "quantize/pack/pack.h"
#include "quantize/test/graphs.h"

namespace mote {
namespace {

constexpr size_t kModels = 10;
constexpr uint32_t kSamples = 128, kChannels = 3;

// Every weight moves by a thousandth or so of what it is: a few more epochs at a low rate.
void train_on(Graph& graph, Random& random) {
  for (Value& value : graph.values)
    if (value.constant)
      for (float& weight : value.floats) weight *= static_cast<float>(1 + 0.002 * random.normal());
}

Bytes model_of(const Graph& graph, Target target) {
  const auto window = [](uint32_t index, std::span<float> to) {
    Random random(index);
    for (float& value : to) value = static_cast<float>(random.normal());
  };
  NoProgress progress;
  Result<Compiled> compiled =
      compile({.graph = &graph, .calibration = {.count = 20, .window = window}, .options = {.target = target}, .where = "family"},
              progress);
  EXPECT_TRUE(compiled.ok()) << compiled.error().line();
  return std::move(compiled->model);
}

std::vector<Bytes> family(uint64_t seed, Target target) {
  constexpr float kNone = 3.4e38f;
  test::Builder layers(seed, {1, 1, kSamples, kChannels});
  layers.conv(24, 5, 2, true).clamp(0, kNone).conv(32, 5, 2, true).clamp(0, kNone);
  Graph graph = layers.dense(16, true).simple(Op::softmax).finish();
  Random random(seed);
  std::vector<Bytes> models;
  while (models.size() < kModels) {
    models.push_back(model_of(graph, target));
    train_on(graph, random);
  }
  return models;
}

class Family : public testing::TestWithParam<Target> {};

TEST_P(Family, EveryTwoComeBackBitForBit) {
  const std::vector<Bytes> models = family(5, GetParam());
  size_t pairs = 0, whole = 0, sent = 0;
  for (const Bytes& base : models)
    for (const Bytes& target : models) {
      if (&base == &target) continue;
      const Result<Bytes> delta = make_delta(base, target);
      ASSERT_TRUE(delta.ok()) << delta.error().line();
      ASSERT_EQ(apply_delta(base, *delta, target.size()).value(), target);
      ++pairs, whole += target.size(), sent += delta->size();
    }
  std::cout << "pairs: " << pairs << ", models " << whole / pairs << " bytes, deltas " << sent / pairs << std::endl;
  EXPECT_EQ(pairs, kModels * (kModels - 1));
  EXPECT_LT(sent, whole / 2);
}

INSTANTIATE_TEST_SUITE_P(Every, Family, testing::Values(Target::portable, Target::armv7e_m, Target::rv32),
                         [](const auto& info) { return "Target" + std::to_string(static_cast<int>(info.param)); });

}  // namespace
}  // namespace mote
