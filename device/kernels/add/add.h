// The sum of two activations of one shape, each with a scale of its own.
#pragma once

#include "device/kernels/requantize.h"

namespace mote {

struct Factor {
  int32_t multiplier, shift;
};

// first, second, output: int8 [count]; the output may be one of the inputs.
//
// a = requantize((x - zero point) * 2^20, factor) of each input, whose factors are scale / (2 * the larger scale); then
// y = clamp(requantize(a1 + a2, sum) + zero point of y) (O13). TensorFlow Lite's ADD (reference/integer_ops/add.h).
struct Add {
  int32_t first_zero_point, second_zero_point, output_zero_point;
  Factor first, second, sum;
  int32_t low, high;
  Rounding rounding;
};

constexpr int32_t kAddLeftShift = 20;

void add_reference(const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

}  // namespace mote
