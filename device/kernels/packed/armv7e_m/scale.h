// A scaled number plus an offset, from a factor of at most 1/2, in a few instructions: what elementwise operators end with.
#pragma once

#include "device/kernels/packed/simd32.h"
#include "device/model/container.h"

namespace mote::armv7e_m {

inline bool shifts_right(int32_t multiplier, int32_t shift, int32_t most) {
  return multiplier >= 0 && shift <= -1 && shift >= -most;
}

// (addend + round(value * multiplier / 2^32)) / 2^shift, rounded as O1 or O2 ask where the addend holds 2^(shift - 1), which is
// requantize(value / 2) + offset. REQUIRES shifts_right(multiplier, shift, 22), or 30 without an offset.
struct Scale {
  int32_t multiplier, addend, right;

  Scale(int32_t its_multiplier, int32_t shift, int32_t offset)
      : multiplier(its_multiplier), addend((1 << (-shift - 1)) + offset * (1 << -shift)), right(-shift) {}

  template <Rounding kRounding>
  int32_t apply(int32_t twice) const {
    if (kRounding == Rounding::single_rounding) return simd32::smmla(twice, multiplier, addend) >> right;
    return (simd32::smmlar(twice, multiplier, addend) + (twice >> 31)) >> right;
  }
};

}  // namespace mote::armv7e_m
