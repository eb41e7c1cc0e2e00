// What the weighted operators on int16 activations share: exact sums of 64 bits, scaled by 16 bits of a factor.
#pragma once

#include "device/kernels/weighted.h"

namespace mote {

constexpr uint32_t kMostWideTaps = 1 << 24;  // 2^24 products of 128 * 2^15, and a bias, stay below 2^47
constexpr int32_t kMostWideShift = 7;
constexpr int32_t kWideRun = 256;  // products of an int16 and an int8 that fit into 32 bits together, whatever they are

// TensorFlow Lite's MultiplyByQuantizedMultiplier of an int64, the same in both roundings (O42): the 16 highest bits of the
// multiplier, rounded, then one shift, halves upward. REQUIRES |value| < 2^47, shift -31 to 7.
inline int64_t requantize_wide(int64_t value, int32_t multiplier, int32_t shift) {
  const int32_t reduced = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
  const int32_t right = 15 - shift;
  return (value * reduced + (int64_t{1} << (right - 1))) >> right;
}

// As Scaling::apply.
inline int16_t apply_wide(const Scaling& scaling, int64_t accumulator, uint32_t channel) {
  const int64_t value = requantize_wide(accumulator, scaling.multipliers[channel], scaling.shifts[channel]);
  return static_cast<int16_t>(value < scaling.low ? scaling.low : value > scaling.high ? scaling.high : value);
}

// Sum of weights[i] * data[i]: 64 bits are needed only from one run of products to the next.
inline int64_t wide_sum(const int16_t* data, const int8_t* weights, uint32_t count) {
  int64_t total = 0;
  while (count > 0) {
    const uint32_t run = count < kWideRun ? count : kWideRun;
    int32_t sum = 0;
    for (uint32_t i = 0; i < run; ++i) sum += data[i] * weights[i];
    total += sum;
    data += run;
    weights += run;
    count -= run;
  }
  return total;
}

// M19, M24, M28: as check_weighted_form, with int16 data and output and int8 weights.
const char* check_wide_form(const NodeView& node, uint32_t channels);

// M29, M30: every multiplier and shift in range, and not so many taps that a sum could leave 47 bits.
const char* check_wide_range(const NodeView& node, uint32_t channels, uint32_t taps);

// M25 to M27 of a convolution on int16.
const char* check_wide_convolution(const NodeView& node);

}  // namespace mote
