// A tamed channel gives the same value of every sum that its weights can reach.
#include "quantize/pack/flat_channels.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "device/kernels/requantize.h"

namespace mote {
namespace {

int32_t value_of(const WeightedNode& node, int64_t sum, int32_t low, int32_t high) {
  const auto accumulator = static_cast<int32_t>(node.bias[0] + sum);
  return clamp(requantize(accumulator, node.multipliers[0], node.shifts[0], node.rounding) + node.output_zero_point, low, high);
}

TEST(FlatChannels, KeepTheirOutputs) {
  Random random(5);
  int tamed = 0, stepped = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto between = [&](int64_t low, int64_t high) {
      return low + static_cast<int64_t>(random.below(static_cast<uint64_t>(high - low + 1)));
    };
    const auto taps = static_cast<uint32_t>(between(1, 40));
    std::vector<int32_t> weights;
    for (uint32_t t = 0; t < taps; ++t) weights.push_back(static_cast<int32_t>(between(-127, 127)));
    WeightedNode node{};
    node.order = {1, taps, taps, 1};
    node.wide_weights = weights;
    node.bias = {static_cast<int32_t>(between(-(1 << 30), 1 << 30))};
    node.multipliers = {static_cast<int32_t>(between(1 << 30, INT32_MAX))};
    node.shifts = {static_cast<int32_t>(between(-31, -20))};
    node.input_zero_point = static_cast<int32_t>(between(-128, 127));
    node.output_zero_point = static_cast<int32_t>(between(-128, 127));
    node.rounding = i % 2 == 0 ? Rounding::double_rounding : Rounding::single_rounding;
    const auto low = static_cast<int32_t>(between(-128, 127)), high = static_cast<int32_t>(between(low, 127));
    int64_t least = 0, most = 0;
    for (const int32_t weight : weights) {
      const int64_t a = int64_t{weight} * (-128 - node.input_zero_point), b = int64_t{weight} * (127 - node.input_zero_point);
      least += std::min(a, b), most += std::max(a, b);
    }
    WeightedNode changed = node;
    tame_flat_channels(changed, low, high);
    if (changed.multipliers == node.multipliers && changed.shifts == node.shifts) {
      EXPECT_EQ(changed.bias, node.bias);
      continue;
    }
    ++tamed;
    ASSERT_GE(changed.shifts[0], -22);
    ASSERT_LT(std::abs(int64_t{changed.bias[0]}) + std::max(-least, most), 1 << 29);
    stepped += value_of(node, least, low, high) != value_of(node, most, low, high);
    for (int64_t sum = least; sum <= most; sum += std::max<int64_t>(1, (most - least) / 3000))
      ASSERT_EQ(value_of(changed, sum, low, high), value_of(node, sum, low, high)) << "case " << i << " sum " << sum;
  }
  EXPECT_GT(tamed, 5000);
  EXPECT_GT(stepped, 20);
}

TEST(FlatChannels, AFactorOfZeroNeedsNoBias) {
  const std::vector<int32_t> weights = {1};
  WeightedNode node{};
  node.order = {1, 1, 1, 1};
  node.wide_weights = weights;
  node.bias = {1 << 30}, node.multipliers = {0}, node.shifts = {0};
  tame_flat_channels(node, -128, 127);
  EXPECT_EQ(node.bias[0], 0);
}

}  // namespace
}  // namespace mote
