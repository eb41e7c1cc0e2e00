// A line with a slope of its own per channel for what is negative.
#pragma once

#include "device/kernels/requantize.h"

namespace mote {

// input, output  int8 [count], which may be the same
// slopes         int8 [slope_count], which divides count: element i has slope i mod slope_count
//
// d = x - zero point; y = clamp(requantize(d, positive) + zero point of y) where d >= 0, else
// clamp(requantize(d * (slope - zero point of slopes), negative) + zero point of y) (O35). TensorFlow Lite's PRELU.
// Shifts are at most kMaxPreluShift and kMaxPreluSlopeShift, so that nothing leaves 32 bits.
struct Prelu {
  uint32_t count, slope_count;
  int32_t input_zero_point, slope_zero_point, output_zero_point;
  int32_t positive_multiplier, positive_shift;
  int32_t negative_multiplier, negative_shift;
  Rounding rounding;
};

constexpr int32_t kMaxPreluShift = 22;       // of at most 255
constexpr int32_t kMaxPreluSlopeShift = 14;  // of at most 255 * 255

void prelu_reference(const Prelu& prelu, const int8_t* input, const int8_t* slopes, int8_t* output);

}  // namespace mote
