// The natural logarithm in fixed point, with TensorFlow Lite's constants and roundings (docs/spec/operators/arithmetic.md O36).
#pragma once

#include "device/kernels/softmax/fixed_point.h"

namespace mote {

// (a + b) / 2, halves away from zero.
inline int32_t half_sum(int32_t a, int32_t b) {
  const int64_t sum = int64_t{a} + b;
  return static_cast<int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
}

// What log(r) is for a mantissa r, Q0.31, about 2^(-1/4): a quotient of polynomials, in Q6.25.
inline int32_t log_of_mantissa(int32_t r) {
  constexpr int32_t kCentre = 1805811301;      // 2^(-1/4)
  constexpr int32_t kNumerator = 117049297;    // 11/240 * 2^(1/4)
  constexpr int32_t kDenominator = 127690142;  // 1/20 * 2^(1/4)
  constexpr int32_t kConstant = 1057819769;    // 2 / 2^(1/4) - 2^(1/4)
  constexpr int32_t kLinear = 638450708;       // 1/4 * 2^(1/4)
  const int32_t p = half_sum(r, kCentre);
  const int32_t q = 2 * (r - kCentre);
  const int32_t square = multiply_high(q, q);
  const int32_t numerator = multiply_high(q, r) + multiply_high(multiply_high(q, square), kNumerator);
  const int32_t denominator_less_one =
      multiply_high(p, kConstant + q + multiply_high(kDenominator, square)) + multiply_high(kLinear, q);
  return multiply_high(divide_by_power(numerator, 6), reciprocal_of_one_plus(denominator_less_one));
}

// log(x) in Q5.26 for x >= 1, Q12.19. x is 2^k * r for two k; of the two mantissas the one nearer to 2^(-1/4) is taken.
inline int32_t log_of(int32_t x) {
  constexpr int32_t kWholeBits = 12;
  constexpr int32_t kLog2 = 1488522236, kSqrtHalf = 1518500250;  // Q0.31
  constexpr int32_t kQuarter = 1 << 23;                          // 1/4 in Q6.25
  const int32_t zeros = __builtin_clz(static_cast<uint32_t>(x));
  const int32_t first = multiply_by_power(multiply_high(multiply_by_power(x, zeros - 1), kSqrtHalf), 1);
  const int32_t first_power = (kWholeBits - zeros) * (1 << 25) + kQuarter;
  const int32_t room = __builtin_clz(static_cast<uint32_t>(multiply_high(x, kSqrtHalf))) - 1;
  const int32_t second = multiply_by_power(x, room);
  const int32_t second_power = (kWholeBits - room) * (1 << 25) - kQuarter;
  const int32_t mantissa = first < second ? first : second;
  const int32_t power = first_power > second_power ? first_power : second_power;
  return multiply_by_power(multiply_high(power, kLog2) + log_of_mantissa(mantissa), 1);
}

}  // namespace mote
