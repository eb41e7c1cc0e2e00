// Scaling an int32 accumulator by a real factor, in integers: multiplier * 2^(shift - 31).
//
// The arithmetic is TensorFlow Lite's MultiplyByQuantizedMultiplier in both of its builds (docs/spec/operators/arithmetic.md O1 and O2):
//   double rounding   round the product to 31 bits, ties upward; then shift right, ties away from zero. TensorFlow Lite's default
//   single rounding   one shift of the whole product, ties upward
//
// REQUIRES 0 <= multiplier, -31 <= shift <= 30, and |value| * 2^max(shift, 0) < 2^31. The verifier has proven all three.
#pragma once

#include <stdint.h>

#include "device/kernels/small.h"
#include "device/model/container.h"

namespace mote {

// round(a * b / 2^31), ties upward. Only INT32_MIN * INT32_MIN would not fit, and no caller has it.
MOTE_NOT_INLINED inline int32_t multiply_high(int32_t a, int32_t b) {
  return static_cast<int32_t>((int64_t{a} * b + (int64_t{1} << 30)) >> 31);
}

// round(value / 2^exponent), ties away from zero: upward, after one less where the value is negative. Exponent 0 to 31; the value
// is not INT32_MIN, which no product of multiply_high with a multiplier from 0 on is.
inline int32_t divide_by_power(int32_t value, int32_t exponent) {
  if (exponent == 0) return value;
  return (((value + (value >> 31)) >> (exponent - 1)) + 1) >> 1;
}

inline int32_t requantize_double(int32_t value, int32_t multiplier, int32_t shift) {
  const int32_t left = shift > 0 ? shift : 0;
  return divide_by_power(multiply_high(value * (int32_t{1} << left), multiplier), left - shift);
}

inline int32_t requantize_single(int32_t value, int32_t multiplier, int32_t shift) {
  const int32_t right = 31 - shift;
  return static_cast<int32_t>((int64_t{value} * multiplier + (int64_t{1} << (right - 1))) >> right);
}

inline int32_t requantize(int32_t value, int32_t multiplier, int32_t shift, Rounding rounding) {
  return rounds_twice(rounding) ? requantize_double(value, multiplier, shift) : requantize_single(value, multiplier, shift);
}

inline int32_t clamp(int32_t value, int32_t low, int32_t high) { return value < low ? low : value > high ? high : value; }

}  // namespace mote
