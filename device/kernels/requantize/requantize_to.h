// From one scale to another, and between int8 and int16.
#pragma once

#include "device/kernels/requantize.h"

namespace mote {

// input int8 or int16 [count], output int8 or int16 [count], which must not overlap.
//
// y = clamp(requantize(x - zero point of x, factor) + zero point of y, low, high) (O46). TensorFlow Lite's QUANTIZE of integers
// (reference/requantize.h), with a clamp.
struct Requantize {
  uint32_t count;
  int32_t input_zero_point, output_zero_point;
  int32_t multiplier, shift;
  int32_t low, high;
  Rounding rounding;
};

template <typename From, typename To>
void requantize_reference(const Requantize& to, const From* input, To* output) {
  for (uint32_t i = 0; i < to.count; ++i) {
    const int32_t scaled = requantize(input[i] - to.input_zero_point, to.multiplier, to.shift, to.rounding);
    output[i] = static_cast<To>(clamp(scaled + to.output_zero_point, to.low, to.high));
  }
}

}  // namespace mote
