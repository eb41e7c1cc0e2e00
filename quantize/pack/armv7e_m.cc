// Packs weights and requantization for Armv7E-M.
#include "quantize/pack/armv7e_m.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace mote::armv7e_m {
namespace {

int64_t largest_distance(int32_t zero_point) { return std::max(127 - zero_point, zero_point + 128); }

bool is_scaling(int32_t multiplier, int32_t shift) {
  return multiplier == 0 || (multiplier > 0 && shift <= -kLeastShift && shift >= -kMostShift);
}

Requantization record_of(int64_t bias, int32_t multiplier, int32_t shift, int32_t output_zero_point) {
  const int32_t right = multiplier == 0 ? kLeastShift : -shift;  // of nothing, any shift is the same
  return {static_cast<int32_t>(static_cast<uint32_t>(2 * bias)), multiplier,
          (1 << (right - 1)) + output_zero_point * (1 << right), right};
}

std::vector<int32_t> weights_of(const Constants& constants, uint32_t channel) {
  const WeightOrder& order = constants.order;
  std::vector<int32_t> weights(order.taps);
  for (uint32_t t = 0; t < order.taps; ++t)
    weights[t] = constants.weights[size_t{channel} * order.channel_stride + size_t{t} * order.tap_stride];
  return weights;
}

int64_t absolute_sum(const std::vector<int32_t>& weights) {
  int64_t sum = 0;
  for (const int32_t weight : weights) sum += std::abs(weight);
  return sum;
}

// `offset` is what sums are too large by.
std::vector<Requantization> records_of(const Constants& constants, uint32_t block, int32_t offset) {
  std::vector<Requantization> records(size_t{blocks_of(constants.order.channels, block)} * block, {0, 0, 0, kLeastShift});
  for (uint32_t c = 0; c < constants.order.channels; ++c) {
    const std::vector<int32_t> weights = weights_of(constants, c);
    const int64_t sum = std::accumulate(weights.begin(), weights.end(), int64_t{0});
    records[c] = record_of(constants.bias[c] - constants.input_zero_point * sum - offset, constants.multipliers[c],
                           constants.shifts[c], constants.output_zero_point);
  }
  return records;
}

// Two taps as a half: 256 * h + l.
uint32_t half_of(int32_t h, int32_t l) { return static_cast<uint16_t>(256 * h + l); }
uint32_t halves(uint32_t low, uint32_t high) { return low | high << 16; }

void pack_block(const std::vector<std::vector<int32_t>>& block, uint32_t chunk, std::vector<uint32_t>& words) {
  const auto taps = static_cast<uint32_t>(block.front().size());
  for (uint32_t first = 0; first < taps; first += chunk) {
    const uint32_t end = std::min(first + chunk, taps);
    for (const std::vector<int32_t>& channel : block) {
      int32_t sum = 0;
      for (uint32_t l = first + 1; l < end; l += 2) sum += channel[l];
      words.push_back(static_cast<uint32_t>(-127 * sum));
    }
    for (uint32_t t = first; t < end; t += 4)
      for (const std::vector<int32_t>& channel : block)
        words.push_back(halves(half_of(channel[t], channel[t + 1]), half_of(channel[t + 2], channel[t + 3])));
  }
}

PackedConstants pack_sums(const Constants& constants, uint32_t block, uint32_t chunk) {
  const WeightOrder& order = constants.order;
  PackedConstants packed;
  for (uint32_t first = 0; first < order.channels; first += block) {
    std::vector<std::vector<int32_t>> channels(block);
    for (uint32_t i = 0; i < block; ++i) {
      if (first + i < order.channels) channels[i] = weights_of(constants, first + i);
      channels[i].resize(size_t{4} * words_of(order.taps));
    }
    pack_block(channels, chunk, packed.weights);
  }
  packed.records = records_of(constants, block, 0);
  return packed;
}

uint32_t bytes_of(int32_t a, int32_t b, int32_t c, int32_t d) {
  return halves(static_cast<uint8_t>(a) | static_cast<uint32_t>(static_cast<uint8_t>(b)) << 8,
                static_cast<uint8_t>(c) | static_cast<uint32_t>(static_cast<uint8_t>(d)) << 8);
}

PackedConstants pack_sliding(const Constants& constants, bool by_one) {
  PackedConstants packed;
  for (uint32_t c = 0; c < constants.order.channels; ++c) {
    const std::vector<int32_t> w = weights_of(constants, c);
    for (size_t row = 0; row < 9; row += 3)
      packed.weights.push_back(by_one ? static_cast<uint32_t>(w[row] + w[row + 1] * (1 << 20))
                                      : halves(static_cast<uint16_t>(w[row]), static_cast<uint16_t>(w[row + 1])));
    packed.weights.push_back(bytes_of(w[2], w[5], w[8], 0));
  }
  packed.records = records_of(constants, 1, by_one ? kSlidingOffset : 0);
  return packed;
}

PackedConstants pack_by_tap(const Constants& constants) {
  const WeightOrder& order = constants.order;
  PackedConstants packed;
  for (uint32_t block = 0; block < blocks_of(order.channels, 4); ++block) {
    const uint32_t first = first_of_four(block, order.channels);
    std::vector<int32_t> channels[4];
    for (uint32_t i = 0; i < 4; ++i)
      channels[i] = first + i < order.channels ? weights_of(constants, first + i) : std::vector<int32_t>(order.taps);
    for (uint32_t t = 0; t < order.taps; ++t)
      packed.weights.push_back(bytes_of(channels[0][t], channels[1][t], channels[2][t], channels[3][t]));
  }
  packed.records = records_of(constants, 1, 0);
  return packed;
}

}  // namespace

bool suits(const Constants& constants) {
  const int64_t distance = largest_distance(constants.input_zero_point);
  for (uint32_t c = 0; c < constants.order.channels; ++c) {
    const std::vector<int32_t> weights = weights_of(constants, c);
    if (std::ranges::any_of(weights, [](int32_t weight) { return weight < -127 || weight > 127; })) return false;
    const int64_t largest = std::abs(int64_t{constants.bias[c]}) + absolute_sum(weights) * distance;
    if (largest >= int64_t{1} << 30 || !is_scaling(constants.multipliers[c], constants.shifts[c])) return false;
  }
  return true;
}

uint32_t most_columns(const Constants& constants) {
  for (uint32_t c = 0; c < constants.order.channels; ++c)
    if (absolute_sum(weights_of(constants, c)) > kMostWeight) return 1;
  return kMostColumns;
}

PackedConstants pack_conv_2d(const Constants& constants) {
  return pack_sums(constants, kConvBlock, 4 * words_of(constants.order.taps));
}

PackedConstants pack_fully_connected(const Constants& constants) { return pack_sums(constants, kFullBlock, kChunkTaps); }

PackedConstants pack_depthwise_conv_2d(const Constants& constants, const Convolution& conv) {
  const DepthwiseForm form = form_of(conv);
  return form == DepthwiseForm::general ? pack_by_tap(constants) : pack_sliding(constants, form == DepthwiseForm::by_one);
}

}  // namespace mote::armv7e_m
