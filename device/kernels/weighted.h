// What conv_2d, depthwise_conv_2d and fully_connected share: a weighted sum per output channel, scaled by its own factor.
#pragma once

#include "device/kernels/node.h"
#include "device/kernels/requantize.h"

namespace mote {

// From an accumulator to int8: requantize per channel, add the zero point, clamp.
struct Scaling {
  const int32_t* multipliers;  // one per output channel
  const int32_t* shifts;
  int32_t zero_point;  // of the output
  int32_t low, high;   // the fused activation, in output quanta
  Rounding rounding;

  int8_t apply(int32_t accumulator, uint32_t channel) const {
    const int32_t value = requantize(accumulator, multipliers[channel], shifts[channel], rounding) + zero_point;
    return static_cast<int8_t>(clamp(value, low, high));
  }
};

// Weights of 4 bits, two in a byte, the first in the low half; to be read as an `const int8_t*` is.
struct Nibbles {
  const uint8_t* bytes;
  size_t at;

  int32_t operator[](size_t i) const {
    const size_t place = at + i;
    const uint32_t half = place % 2 == 0 ? bytes[place / 2] & 15u : bytes[place / 2] >> 4;
    return static_cast<int32_t>(half ^ 8u) - 8;
  }
  Nibbles operator+(size_t count) const { return {bytes, at + count}; }
};

// sum of weights[i] * (data[i] - zero_point)
template <typename Weights>
int32_t weighted_sum(const int8_t* data, Weights weights, uint32_t count, int32_t zero_point) {
  int32_t sum = 0;
  for (uint32_t i = 0; i < count; ++i) sum += weights[i] * (data[i] - zero_point);
  return sum;
}

// How the weights of one output channel lie: channel c has its tap t at weights[c * channel_stride + t * tap_stride].
struct WeightOrder {
  uint32_t channels, taps, channel_stride, tap_stride;
};

// run(weights), whatever their width.
template <typename Run>
void with_weights(const NodeView& node, Run run) {
  if (node.input(input_place::kWeights).type == static_cast<uint8_t>(TensorType::int4))
    run(Nibbles{node.constant<uint8_t>(input_place::kWeights), 0});
  else
    run(node.constant<int8_t>(input_place::kWeights));
}

Scaling scaling_of(const NodeView& node, int32_t low, int32_t high);

// M19, M24: types of data, weights, bias, requantization and output; shapes of bias and requantization.
const char* check_weighted_form(const NodeView& node, uint32_t channels);

// M28 to M30: every constant in range, and no accumulator that any input can drive out of int32.
const char* check_weighted_range(const NodeView& node, const WeightOrder& order);

}  // namespace mote
