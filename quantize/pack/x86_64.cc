// The layout of weights and constants for x86-64, and the nodes for which its arithmetic holds.
#include "quantize/pack/x86_64.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "device/kernels/packed/x86_64.h"

namespace mote::x86_64 {
namespace {

uint32_t taps_of(const Filter& filter) { return filter.height * filter.width * filter.input_channels; }

int8_t weight_at(const Filter& filter, WeightForm form, uint32_t channel, uint32_t tap) {
  return form == WeightForm::by_channel ? filter.weights[size_t{channel} * taps_of(filter) + tap]
                                        : filter.weights[size_t{tap} * filter.channels + channel];
}

// Weights of [groups][channels][4 taps] by pairs of blocks, all zero at first.
class GroupedWeights {
 public:
  GroupedWeights(uint32_t channels, uint32_t groups)
      : padded_(padded_channels(channels)), groups_(groups), weights_(weight_bytes(channels, groups)) {}

  int8_t& at(uint32_t channel, uint32_t group, uint32_t tap) {
    const uint32_t pair = channel / (2 * kBlock) * (2 * kBlock);
    const uint32_t width = padded_ - pair < 2 * kBlock ? kBlock : 2 * kBlock;
    return weights_[(size_t{pair} * groups_ + size_t{group} * width + (channel - pair)) * kGroup + tap];
  }
  std::vector<int8_t> take() { return std::move(weights_); }

 private:
  uint32_t padded_, groups_;
  std::vector<int8_t> weights_;
};

int64_t sum_of_weights(const Filter& filter, WeightForm form, uint32_t channel) {
  int64_t sum = 0;
  for (uint32_t tap = 0; tap < taps_of(filter); ++tap) sum += weight_at(filter, form, channel, tap);
  return sum;
}

// For a channel of multiplier 0 any shift will do.
int32_t shift_of(const NodeConstants& node, uint32_t channel) {
  return node.multipliers[channel] == 0 ? kLeastShift : 1 - node.shifts[channel];
}

std::vector<int32_t> pack_constants(const Filter& filter, WeightForm form, const NodeConstants& node) {
  const uint32_t padded = padded_channels(filter.channels);
  std::vector<int32_t> constants(size_t{kConstantRows} * padded);
  for (uint32_t channel = 0; channel < filter.channels; ++channel) {
    const auto set = [&](ConstantRow row, int64_t value) {
      constants[size_t{row} * padded + channel] = static_cast<int32_t>(static_cast<uint32_t>(value));
    };
    const int64_t weights = sum_of_weights(filter, form, channel);
    const int64_t bias = node.bias[channel] - node.input_zero_point * weights;
    const int32_t shift = shift_of(node, channel);
    const int64_t half = (int64_t{1} << (shift - 1)) + (node.rounding == Rounding::double_rounding ? 1 : 0);
    set(kBias, bias);
    set(kBiasOfUnsigned, bias - 128 * weights);
    set(kMultiplier, node.multipliers[channel]);
    set(kAddend, node.output_zero_point * (int64_t{1} << shift) + half);
    set(kShift, shift);
  }
  return constants;
}

// The furthest that any input drives the sum of a channel.
int64_t furthest_sum(const Filter& filter, WeightForm form, const NodeConstants& node, uint32_t channel) {
  const int64_t widest = std::max(127 - node.input_zero_point, node.input_zero_point + 128);
  int64_t sum = std::abs(int64_t{node.bias[channel]});
  for (uint32_t tap = 0; tap < taps_of(filter); ++tap) sum += std::abs(weight_at(filter, form, channel, tap)) * widest;
  return sum;
}

}  // namespace

bool suits(const Filter& filter, WeightForm form, const NodeConstants& node) {
  for (const int8_t weight : filter.weights)
    if (weight == -128) return false;
  for (uint32_t channel = 0; channel < filter.channels; ++channel) {
    const int32_t shift = shift_of(node, channel);
    if (node.multipliers[channel] < 0 || shift < kLeastShift || shift > kMostShift) return false;
    if (furthest_sum(filter, form, node, channel) > kMostSum) return false;
  }
  return true;
}

PackedNode pack_conv_2d(const Filter& filter, int32_t dilation_width, const NodeConstants& node) {
  const Runs runs = runs_of(filter.height, filter.width, filter.input_channels, dilation_width);
  const uint32_t groups_of_run = groups_of(runs.length);
  GroupedWeights grouped(filter.channels, runs.count * groups_of_run);
  for (uint32_t channel = 0; channel < filter.channels; ++channel)
    for (uint32_t run = 0; run < runs.count; ++run)
      for (uint32_t i = 0; i < runs.length; ++i)
        grouped.at(channel, run * groups_of_run + i / kGroup, i % kGroup) =
            weight_at(filter, WeightForm::by_channel, channel, run * runs.length + i);
  return {grouped.take(), pack_constants(filter, WeightForm::by_channel, node)};
}

PackedNode pack_depthwise_conv_2d(const Filter& filter, const NodeConstants& node) {
  const uint32_t row_groups = groups_of(filter.height);
  GroupedWeights grouped(filter.channels, filter.width * row_groups);
  for (uint32_t channel = 0; channel < filter.channels; ++channel)
    for (uint32_t row = 0; row < filter.height; ++row)
      for (uint32_t column = 0; column < filter.width; ++column)
        grouped.at(channel, column * row_groups + row / kGroup, row % kGroup) =
            weight_at(filter, WeightForm::by_tap, channel, row * filter.width + column);
  return {grouped.take(), pack_constants(filter, WeightForm::by_tap, node)};
}

PackedNode pack_fully_connected(const Filter& filter, const NodeConstants& node) { return pack_conv_2d(filter, 1, node); }

}  // namespace mote::x86_64
