// Exponential and reciprocal in fixed point, with gemmlowp's constants and roundings (docs/spec/operators/arithmetic.md O9).
//
// Qi.f holds a real number r as the int32 r * 2^f, i + f = 31.
#pragma once

#include "device/kernels/requantize.h"

namespace mote {

constexpr int32_t kOneQ31 = INT32_MAX;  // 1, as near as Q0.31 comes

// value * 2^exponent, saturating.
inline int32_t multiply_by_power(int32_t value, int32_t exponent) {
  const int32_t limit = INT32_MAX >> exponent;
  if (value > limit) return INT32_MAX;
  if (value < -limit - 1) return INT32_MIN;
  return value * (int32_t{1} << exponent);
}

// exp(a) in Q0.31 for a in [-1/4, 0), Q0.31: four terms of the Taylor series about -1/8.
inline int32_t exp_within_quarter(int32_t a) {
  constexpr int32_t kExpMinusEighth = 1895147668;
  constexpr int32_t kThird = 715827883;
  const int32_t x = a + (1 << 28);
  const int32_t x2 = multiply_high(x, x);
  const int32_t x3 = multiply_high(x2, x);
  const int32_t x4 = multiply_high(x2, x2);
  const int32_t quarter_x4_and_x3 = divide_by_power(x4, 2) + x3;
  const int32_t tail = divide_by_power(multiply_high(quarter_x4_and_x3, kThird) + x2, 1);
  return kExpMinusEighth + multiply_high(kExpMinusEighth, x + tail);
}

// exp(a) in Q0.31 for a in (-2^i, 0], Qi.f, i = 4 or 5.
template <int kIntegerBits = 5>
inline int32_t exp_of_negative(int32_t a) {
  if (a == 0) return kOneQ31;
  constexpr int kQuarterBit = 31 - kIntegerBits - 2;
  constexpr int32_t kQuarter = 1 << kQuarterBit;
  // exp(-2^i / 4), from i = 0: multiplied in where the bit of that weight is set in what the quarter leaves over.
  constexpr int32_t kPowers[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  const int32_t in_quarter = (a & (kQuarter - 1)) - kQuarter;             // -1/4 <= in_quarter < 0
  const int32_t remainder = in_quarter - a;                               // a multiple of 1/4
  int32_t result = exp_within_quarter(in_quarter * (1 << kIntegerBits));  // Qi.f to Q0.31
  for (int32_t i = 0; i < kIntegerBits + 2; ++i)
    if ((remainder >> (kQuarterBit + i) & 1) != 0) result = multiply_high(result, kPowers[i]);
  return result;
}

constexpr int32_t kOneQ29 = 1 << 29;

// 2 / (1 + a) in Q2.29 for a in [0, 1), Q0.31: Newton's division.
inline int32_t two_over_one_plus(int32_t a) {
  constexpr int32_t k48Over17 = 1515870810;                                   // Q2.29
  constexpr int32_t kMinus32Over17 = -1010580540;                             // Q2.29
  const int32_t half = static_cast<int32_t>((int64_t{a} + kOneQ31 + 1) / 2);  // (1 + a) / 2, rounded
  int32_t x = k48Over17 + multiply_high(half, kMinus32Over17);
  for (int i = 0; i < 3; ++i) {
    const int32_t error = kOneQ29 - multiply_high(half, x);
    x += multiply_by_power(multiply_high(x, error), 2);
  }
  return x;
}

// 1 / (1 + a) in Q0.31 for a in [0, 1), Q0.31: halved in value, from Q2.29 to Q0.31.
inline int32_t reciprocal_of_one_plus(int32_t a) { return multiply_by_power(two_over_one_plus(a), 1); }

}  // namespace mote
