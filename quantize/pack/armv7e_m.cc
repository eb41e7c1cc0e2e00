// Packs weights and requantization for Armv7E-M.
#include "quantize/pack/armv7e_m.h"

#include <algorithm>
#include <cstdlib>

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

// Bytes of two taps as a half: 256 * h + l.
uint32_t half_of(int32_t h, int32_t l) { return static_cast<uint16_t>(256 * h + l); }

// One channel of Constants, with zeros where there are no further taps.
struct Channel {
  std::span<const int32_t> weights;

  int32_t tap(uint32_t index) const { return index < weights.size() ? weights[index] : 0; }
  uint32_t word(uint32_t first) const {
    return half_of(tap(first), tap(first + 1)) | half_of(tap(first + 2), tap(first + 3)) << 16;
  }
  uint32_t start(uint32_t first, uint32_t end) const {
    int32_t sum = 0;
    for (uint32_t l = first + 1; l < end; l += 2) sum += tap(l);
    return static_cast<uint32_t>(-127 * sum);
  }
};

void pack_block(const std::vector<Channel>& block, uint32_t taps, uint32_t chunk, std::vector<uint32_t>& words) {
  for (uint32_t first = 0; first < taps; first += chunk) {
    const uint32_t end = std::min(first + chunk, 4 * words_of(taps));
    for (const Channel& channel : block) words.push_back(channel.start(first, end));
    for (uint32_t tap = first; tap < end; tap += 4)
      for (const Channel& channel : block) words.push_back(channel.word(tap));
  }
}

std::span<const int32_t> weights_of(const Constants& constants, uint32_t channel) {
  return constants.weights.subspan(size_t{channel} * constants.taps, constants.taps);
}

int64_t absolute_sum(std::span<const int32_t> weights) {
  int64_t sum = 0;
  for (const int32_t weight : weights) sum += std::abs(weight);
  return sum;
}

std::vector<Requantization> records_of(const Constants& constants, uint32_t block) {
  std::vector<Requantization> records(size_t{blocks_of(constants.channels, block)} * block, {0, 0, 0, kLeastShift});
  for (uint32_t c = 0; c < constants.channels; ++c) {
    int64_t sum = 0;
    for (const int32_t weight : weights_of(constants, c)) sum += weight;
    records[c] = record_of(constants.bias[c] - constants.input_zero_point * sum, constants.multipliers[c], constants.shifts[c],
                           constants.output_zero_point);
  }
  return records;
}

PackedConstants pack(const Constants& constants, uint32_t block, uint32_t chunk) {
  PackedConstants packed;
  for (uint32_t first = 0; first < constants.channels; first += block) {
    std::vector<Channel> channels(block);
    for (uint32_t i = 0; i < block && first + i < constants.channels; ++i) channels[i].weights = weights_of(constants, first + i);
    pack_block(channels, constants.taps, chunk, packed.weights);
  }
  packed.records = records_of(constants, block);
  return packed;
}

}  // namespace

bool suits(const Constants& constants) {
  const int64_t distance = largest_distance(constants.input_zero_point);
  for (uint32_t c = 0; c < constants.channels; ++c) {
    const std::span<const int32_t> weights = weights_of(constants, c);
    if (std::ranges::any_of(weights, [](int32_t weight) { return weight < -127 || weight > 127; })) return false;
    const int64_t largest = std::abs(int64_t{constants.bias[c]}) + absolute_sum(weights) * distance;
    if (largest >= int64_t{1} << 30 || !is_scaling(constants.multipliers[c], constants.shifts[c])) return false;
  }
  return true;
}

uint32_t most_columns(const Constants& constants) {
  for (uint32_t c = 0; c < constants.channels; ++c)
    if (absolute_sum(weights_of(constants, c)) > kMostWeight) return 1;
  return kMostColumns;
}

PackedConstants pack_conv_2d(const Constants& constants) { return pack(constants, kConvBlock, 4 * words_of(constants.taps)); }
PackedConstants pack_fully_connected(const Constants& constants) { return pack(constants, kFullBlock, kChunkTaps); }

}  // namespace mote::armv7e_m
