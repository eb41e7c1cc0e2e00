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
#include "device/kernels/requantize.h"

#ifdef __ARM_FEATURE_MVE
#include <arm_mve.h>
#endif

namespace mote::armv8_1_m_mve {

enum class Scaled { double_rounding, double_rounding_relu, single_rounding };

inline Scaled scaled_as(const Ending& ending) {
  if (ending.rounding == Rounding::single_rounding) return Scaled::single_rounding;
  return ending.low >= ending.zero_point ? Scaled::double_rounding_relu : Scaled::double_rounding;
}

#ifdef __ARM_FEATURE_MVE

using Lanes = int32x4_t;

inline Lanes load(const int32_t* from) { return vldrwq_s32(from); }

struct Range {
  int32_t zero_point;
  Lanes low, high;
  explicit Range(const Ending& ending)
      : zero_point(ending.zero_point), low(vdupq_n_s32(ending.low)), high(vdupq_n_s32(ending.high)) {}
};

template <Scaled kScaled>
Lanes scale(Lanes sums, Lanes multipliers, Lanes shifts, const Range& range) {
  Lanes value = kScaled == Scaled::single_rounding ? vmulhq_s32(sums, multipliers) : vqrdmulhq_s32(sums, multipliers);
  if (kScaled == Scaled::double_rounding) value = vaddq_s32(value, vshrq_n_s32(value, 31));
  value = vaddq_n_s32(vrshlq_s32(value, shifts), range.zero_point);
  return vminq_s32(vmaxq_s32(value, range.low), range.high);
}

inline void store(int8_t* to, Lanes values) { vstrbq_s32(to, values); }
inline void store_some(int8_t* to, Lanes values, uint32_t count) { vstrbq_p_s32(to, values, vctp32q(count)); }

#else

struct Lanes {
  int32_t lane[kBlock];
};

inline Lanes load(const int32_t* from) { return {{from[0], from[1], from[2], from[3]}}; }

using Range = Ending;

inline int32_t round_shift(int32_t value, int32_t shift) {
  return static_cast<int32_t>((int64_t{value} + (int64_t{1} << (-shift - 1))) >> -shift);
}

template <Scaled kScaled>
Lanes scale(Lanes sums, Lanes multipliers, Lanes shifts, const Range& range) {
  for (uint32_t i = 0; i < kBlock; ++i) {
    int32_t value = kScaled == Scaled::single_rounding ? static_cast<int32_t>((int64_t{sums.lane[i]} * multipliers.lane[i]) >> 32)
                                                       : multiply_high(sums.lane[i], multipliers.lane[i]);
    if (kScaled == Scaled::double_rounding && value < 0) --value;
    sums.lane[i] = clamp(round_shift(value, shifts.lane[i]) + range.zero_point, range.low, range.high);
  }
  return sums;
}

inline void store_some(int8_t* to, Lanes values, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) to[i] = static_cast<int8_t>(values.lane[i]);
}
inline void store(int8_t* to, Lanes values) { store_some(to, values, kBlock); }

#endif

// The sums of one place or a pair: sums[block][place][4], for channels [0, channels). `scales` and `output` begin at channel 0;
// the second place's output is `step` further.
template <Scaled kScaled, bool kPair>
void scale_blocks(const int32_t* sums, const int32_t* scales, uint32_t channels, const Range& range, int8_t* output,
                  size_t step) {
  int8_t* second = output + step;
  for (uint32_t block = channels / kBlock; block > 0; --block) {
    const Lanes multipliers = load(scales), shifts = load(scales + kBlock);
    scales += 2 * kBlock;
    store(output, scale<kScaled>(load(sums), multipliers, shifts, range));
    sums += kBlock;
    output += kBlock;
    if (!kPair) continue;
    store(second, scale<kScaled>(load(sums), multipliers, shifts, range));
    sums += kBlock;
    second += kBlock;
  }
  const uint32_t rest = channels % kBlock;
  if (rest == 0) return;
  const Lanes multipliers = load(scales), shifts = load(scales + kBlock);
  store_some(output, scale<kScaled>(load(sums), multipliers, shifts, range), rest);
  if (kPair) store_some(second, scale<kScaled>(load(sums + kBlock), multipliers, shifts, range), rest);
}

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
