// The arithmetic of the kernels once more, from its definition and in wide integers: slow, and sharing no line with them.
#pragma once

#include <cstdint>
#include <functional>

#include "device/model/container.h"

namespace mote::oracle {

using Wide = __int128;

inline Wide floor_divide(Wide a, Wide b) { return a / b - (a % b != 0 && (a < 0) != (b < 0)); }
inline Wide power(int exponent) { return Wide{1} << exponent; }

// The integer nearest to a / 2^exponent; of two equally near the upper one, or the one further from zero.
inline Wide nearest_ties_up(Wide a, int exponent) { return floor_divide(2 * a + power(exponent), 2 * power(exponent)); }
inline Wide nearest_ties_away(Wide a, int exponent) {
  return a < 0 ? -nearest_ties_up(-a, exponent) : nearest_ties_up(a, exponent);
}

// docs/spec/operators/arithmetic.md O1 and O2.
inline int64_t requantize(int64_t value, int64_t multiplier, int shift, Rounding rounding) {
  const int left = shift > 0 ? shift : 0, right = shift > 0 ? 0 : -shift;
  if (rounding == Rounding::single_rounding) return static_cast<int64_t>(nearest_ties_up(Wide{value} * multiplier, 31 - shift));
  const Wide once = nearest_ties_up(value * power(left) * multiplier, 31);
  return static_cast<int64_t>(nearest_ties_away(once, right));
}

inline int64_t between(int64_t low, int64_t value, int64_t high) { return value < low ? low : value > high ? high : value; }

}  // namespace mote::oracle
