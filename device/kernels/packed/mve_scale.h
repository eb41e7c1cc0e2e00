// From sums to int8, four channels at a time.
//
// With right shifts of at least 1 the two roundings of docs/spec/operators.md (O1, O2) take three instructions at most:
//   double   p = VQRDMULH(sum, multiplier), less 1 where it is negative, so that VRSHL, whose ties go upward, sends them away
//   from 0.
//            Where the clamp cuts everything below the zero point (a fused ReLU), negative values do not matter.
//   single   VMULH keeps the upper half of the product, and VRSHL by one less than the shift rounds it: the lower half is below
//            the rounding bit when shift <= -2.
#pragma once

#include "device/kernels/packed/armv8_1_m_mve.h"
#include "device/kernels/packed/mve_lanes.h"

namespace mote::armv8_1_m_mve {

enum class Scaled { double_rounding, double_rounding_relu, single_rounding };

inline Scaled scaled_as(const Ending& ending) {
  if (ending.rounding == Rounding::single_rounding) return Scaled::single_rounding;
  return ending.low >= ending.zero_point ? Scaled::double_rounding_relu : Scaled::double_rounding;
}

struct Range {
  int32_t zero_point;
  Lanes low, high;
  explicit Range(const Ending& ending) : zero_point(ending.zero_point), low(lanes_of(ending.low)), high(lanes_of(ending.high)) {}
};

template <Scaled kScaled>
Lanes scale(Lanes sums, Lanes multipliers, Lanes shifts, const Range& range) {
  Lanes value = kScaled == Scaled::single_rounding ? upper_half(sums, multipliers) : multiply_high(sums, multipliers);
  if (kScaled == Scaled::double_rounding) value = plus(value, sign(value));
  return between(range.low, plus(round_shift(value, shifts), range.zero_point), range.high);
}

// Sums of places side by side become output: sums[block][4] of one place, or sums[pair][block][2][4] of pairs. `output` is that
// of `channels` channels from the first of `scales` on, and the next place's is `step` further.
void scale_one(const int32_t* sums, const int32_t* scales, uint32_t channels, const Ending& ending, int8_t* output);
void scale_pairs(const int32_t* sums, const int32_t* scales, uint32_t channels, uint32_t pairs, const Ending& ending,
                 int8_t* output, uint32_t step);

// The sums of many places for one block: sums[place][4], of which the first `channels` are stored.
template <Scaled kScaled>
void scale_places(const int32_t* sums, const int32_t* scales, uint32_t places, uint32_t channels, const Ending& ending,
                  int8_t* output, size_t step) {
  const Range range(ending);
  const Lanes multipliers = load(scales), shifts = load(scales + kBlock);
  if (channels >= kBlock) {
    for (uint32_t place = places; place > 0; --place, sums += kBlock, output += step)
      store(output, scale<kScaled>(load(sums), multipliers, shifts, range));
  } else {
    for (uint32_t place = places; place > 0; --place, sums += kBlock, output += step)
      store_some(output, scale<kScaled>(load(sums), multipliers, shifts, range), channels);
  }
}

}  // namespace mote::armv8_1_m_mve
