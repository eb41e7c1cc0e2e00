// Packs weights and requantization for Armv7-M.
#include "quantize/pack/armv7_m.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace mote::armv7_m {
namespace {

int64_t largest_distance(int32_t zero_point) { return std::max(127 - zero_point, zero_point + 128); }

bool is_scaling(int32_t multiplier, int32_t shift) {
  return multiplier == 0 || (multiplier > 0 && shift <= -kLeastShift && shift >= -kMostShift);
}

int32_t weight_at(const Constants& constants, uint32_t channel, uint32_t tap) {
  const WeightOrder& order = constants.order;
  return constants.weights[size_t{channel} * order.channel_stride + size_t{tap} * order.tap_stride];
}

std::vector<int32_t> weights_of(const Constants& constants, uint32_t channel) {
  std::vector<int32_t> weights(constants.order.taps);
  for (uint32_t t = 0; t < constants.order.taps; ++t) weights[t] = weight_at(constants, channel, t);
  return weights;
}

// Modulo 2^32, as the kernels compute.
Requantization record_of(int64_t bias, int32_t multiplier, int32_t shift, int32_t output_zero_point) {
  const int32_t right = multiplier == 0 ? kLeastShift : -shift;  // of nothing, any shift is the same
  return {static_cast<int32_t>(static_cast<uint32_t>(2 * bias)), multiplier,
          (1 << (right - 1)) + output_zero_point * (1 << right), right};
}

// Filled up to whole blocks.
std::vector<Requantization> records_of(const Constants& constants, uint32_t block) {
  std::vector<Requantization> records(padded(constants.order.channels, block), {0, 0, 0, kLeastShift});
  for (uint32_t c = 0; c < constants.order.channels; ++c) {
    const std::vector<int32_t> weights = weights_of(constants, c);
    const int64_t sum = std::accumulate(weights.begin(), weights.end(), int64_t{0});
    records[c] = record_of(constants.bias[c] - constants.input_zero_point * sum, constants.multipliers[c], constants.shifts[c],
                           constants.output_zero_point);
  }
  return records;
}

PackedConstants pack_pairs(const Constants& constants) {
  const WeightOrder& order = constants.order;
  PackedConstants packed = {{}, records_of(constants, kPairBlock)};
  for (uint32_t first = 0; first < order.channels; first += kPairBlock)
    for (uint32_t t = 0; t < order.taps; ++t)
      for (uint32_t c = first; c < first + kPairBlock; ++c)
        packed.weights.push_back(c < order.channels ? static_cast<int8_t>(weight_at(constants, c, t)) : int8_t{0});
  return packed;
}

// Channels 0 and 2 of a block lie in the lower lanes: their weights are 128 too large, their sums the offset of every chunk.
PackedConstants pack_words(const Constants& constants) {
  const WeightOrder& order = constants.order;
  PackedConstants packed = {{}, records_of(constants, kWordBlock)};
  for (uint32_t first = 0; first < order.channels; first += kWordBlock)
    for (uint32_t t = 0; t < whole_words(order.taps); ++t)
      for (uint32_t c = first; c < first + kWordBlock; ++c) {
        const int32_t weight = c < order.channels && t < order.taps ? weight_at(constants, c, t) : 0;
        packed.weights.push_back(static_cast<int8_t>(c % 2 == 0 ? weight ^ 0x80 : weight));
      }
  const uint32_t twice_offset = 2 * static_cast<uint32_t>(kLaneOffset) * chunks_of(order.taps);
  for (uint32_t c = 0; c < order.channels; c += 2)
    packed.records[c].twice_bias = static_cast<int32_t>(static_cast<uint32_t>(packed.records[c].twice_bias) - twice_offset);
  return packed;
}

}  // namespace

bool suits(const Constants& constants) {
  const int64_t distance = largest_distance(constants.input_zero_point);
  for (uint32_t c = 0; c < constants.order.channels; ++c) {
    int64_t largest = std::abs(int64_t{constants.bias[c]});
    for (const int32_t weight : weights_of(constants, c)) {
      if (weight < -127 || weight > 127) return false;
      largest += std::abs(weight) * distance;
    }
    if (largest >= int64_t{1} << 30 || !is_scaling(constants.multipliers[c], constants.shifts[c])) return false;
  }
  return true;
}

uint32_t columns_within(const Convolution& conv, size_t scratch) {
  return conv_2d_scratch(conv, kMostColumns) <= scratch ? kMostColumns : 1;
}

PackedConstants pack_conv_2d(const Constants& constants, uint32_t columns) {
  return columns == 1 ? pack_words(constants) : pack_pairs(constants);
}

PackedConstants pack_fully_connected(const Constants& constants) { return pack_words(constants); }

PackedConstants pack_depthwise_conv_2d(const Constants& constants, const Convolution& conv) {
  const WeightOrder& order = constants.order;
  const bool by_channel = form_of(conv) != DepthwiseForm::general;
  PackedConstants packed = {std::vector<int8_t>(size_t{order.channels} * order.taps), records_of(constants, 1)};
  for (uint32_t c = 0; c < order.channels; ++c)
    for (uint32_t t = 0; t < order.taps; ++t)
      packed.weights[by_channel ? size_t{c} * order.taps + t : size_t{t} * order.channels + c] =
          static_cast<int8_t>(weight_at(constants, c, t));
  return packed;
}

}  // namespace mote::armv7_m
