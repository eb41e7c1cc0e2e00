// The product of two operands, each with a scale of its own.
#pragma once

#include "device/kernels/requantize.h"

namespace mote {

// first, second, output: int8 [count]; the output may be one of the inputs.
//
// y = clamp(requantize((x1 - its zero point) * (x2 - its zero point), factor) + zero point of y), the factor being scale of x1 *
// scale of x2 / scale of y (O21). TensorFlow Lite's MUL (reference/integer_ops/mul.h). A product is at most 255 * 255, so the
// shift may be 15.
struct Mul {
  int32_t first_zero_point, second_zero_point, output_zero_point;
  int32_t multiplier, shift;
  int32_t low, high;
  Rounding rounding;
};

constexpr int32_t kMostMulShift = 15;

void mul_reference(const Mul& mul, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

}  // namespace mote
