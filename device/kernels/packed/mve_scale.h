// From sums to int8, four channels at a time.
//
// With right shifts of at least 1 the two roundings of docs/spec/operators (O1, O2) take three instructions at most:
//   double   p = VQRDMULH(sum, multiplier), less 1 where it is negative, so that VRSHL, whose ties go upward, sends them away
//   from 0.
//            Where the clamp cuts everything below the zero point (a fused ReLU), negative values do not matter.
//   single   VMULH keeps the upper half of the product, and VRSHL by one less than the shift rounds it: the lower half is below
//            the rounding bit when shift <= -2.
#pragma once

#include "device/kernels/packed/armv8_1_m_mve.h"
namespace mote::armv8_1_m_mve {

enum class Scaled { double_rounding, double_rounding_relu, single_rounding };

inline Scaled scaled_as(const Ending& ending) {
  if (!rounds_twice(ending.rounding)) return Scaled::single_rounding;
  return ending.low >= ending.zero_point ? Scaled::double_rounding_relu : Scaled::double_rounding;
}

// Sums of places side by side become output: sums[block][4] of one place, or sums[pair][block][2][4] of pairs. `output` is that
// of `channels` channels from the first of `scales` on, and the next place's is `step` further.
void scale_one(const int32_t* sums, const int32_t* scales, uint32_t channels, const Ending& ending, int8_t* output);
void scale_pairs(const int32_t* sums, const int32_t* scales, uint32_t channels, uint32_t pairs, const Ending& ending,
                 int8_t* output, uint32_t step);

// The sums of `places` for one block, sums[place][4], of which the first `channels` <= 4 are stored.
void scale_places(const int32_t* sums, const int32_t* scales, uint32_t places, uint32_t channels, const Ending& ending,
                  int8_t* output, uint32_t step);

}  // namespace mote::armv8_1_m_mve
