// Four int32 side by side: a register of Helium, or plain C that does the same elsewhere.
#pragma once

#include "device/kernels/requantize.h"

#ifdef __ARM_FEATURE_MVE
#include <arm_mve.h>
#endif

namespace mote::armv8_1_m_mve {

constexpr uint32_t kLanes = 4;

#ifdef __ARM_FEATURE_MVE

using Lanes = int32x4_t;

inline Lanes lanes_of(int32_t value) { return vdupq_n_s32(value); }
inline Lanes load(const int32_t* from) { return vldrwq_s32(from); }
inline Lanes widen(const int8_t* from) { return vldrbq_s32(from); }
inline Lanes widen_some(const int8_t* from, uint32_t count) { return vldrbq_z_s32(from, vctp32q(count)); }
inline void store_words(int32_t* to, Lanes values) { vstrwq_s32(to, values); }
inline void store(int8_t* to, Lanes values) { vstrbq_s32(to, values); }
inline void store_some(int8_t* to, Lanes values, uint32_t count) { vstrbq_p_s32(to, values, vctp32q(count)); }

inline Lanes plus(Lanes a, Lanes b) { return vaddq_s32(a, b); }
inline Lanes plus(Lanes a, int32_t b) { return vaddq_n_s32(a, b); }
inline Lanes times(Lanes a, Lanes b) { return vmulq_s32(a, b); }
inline Lanes between(Lanes low, Lanes value, Lanes high) { return vminq_s32(vmaxq_s32(value, low), high); }
inline Lanes bits_of(Lanes a, int32_t mask) { return vandq_s32(a, vdupq_n_s32(mask)); }
inline Lanes sign(Lanes a) { return vshrq_n_s32(a, 31); }
inline Lanes shift_left(Lanes a, int32_t bits) { return vshlq_r_s32(a, bits); }
inline Lanes round_shift(Lanes a, int32_t right) { return vrshlq_n_s32(a, right); }
inline Lanes round_shift(Lanes a, Lanes right) { return vrshlq_s32(a, right); }
inline Lanes multiply_high(Lanes a, int32_t b) { return vqrdmulhq_n_s32(a, b); }
inline Lanes multiply_high(Lanes a, Lanes b) { return vqrdmulhq_s32(a, b); }
inline Lanes upper_half(Lanes a, Lanes b) { return vmulhq_s32(a, b); }

#else

struct Lanes {
  int32_t lane[kLanes];
};

template <typename Of>
Lanes each(Of of) {
  return {{of(0u), of(1u), of(2u), of(3u)}};
}

// Sums wrap around as the machine's do; in a verified model none does.
inline int32_t wrap(int64_t value) { return static_cast<int32_t>(static_cast<uint32_t>(value)); }
inline int32_t round_shift(int32_t value, int32_t right) {
  return right == 0 ? value : static_cast<int32_t>((int64_t{value} + (int64_t{1} << (-right - 1))) >> -right);
}

inline Lanes lanes_of(int32_t value) { return {{value, value, value, value}}; }
inline Lanes load(const int32_t* from) { return {{from[0], from[1], from[2], from[3]}}; }
inline Lanes widen(const int8_t* from) { return {{from[0], from[1], from[2], from[3]}}; }
inline Lanes widen_some(const int8_t* from, uint32_t count) {
  return each([&](uint32_t i) { return i < count ? int32_t{from[i]} : 0; });
}
inline void store_words(int32_t* to, Lanes values) {
  for (uint32_t i = 0; i < kLanes; ++i) to[i] = values.lane[i];
}
inline void store_some(int8_t* to, Lanes values, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) to[i] = static_cast<int8_t>(values.lane[i]);
}
inline void store(int8_t* to, Lanes values) { store_some(to, values, kLanes); }

inline Lanes plus(Lanes a, Lanes b) {
  return each([&](uint32_t i) { return wrap(int64_t{a.lane[i]} + b.lane[i]); });
}
inline Lanes plus(Lanes a, int32_t b) { return plus(a, lanes_of(b)); }
inline Lanes times(Lanes a, Lanes b) {
  return each([&](uint32_t i) { return wrap(int64_t{a.lane[i]} * b.lane[i]); });
}
inline Lanes between(Lanes low, Lanes value, Lanes high) {
  return each([&](uint32_t i) { return clamp(value.lane[i], low.lane[i], high.lane[i]); });
}
inline Lanes bits_of(Lanes a, int32_t mask) {
  return each([&](uint32_t i) { return a.lane[i] & mask; });
}
inline Lanes sign(Lanes a) {
  return each([&](uint32_t i) { return a.lane[i] >> 31; });
}
inline Lanes shift_left(Lanes a, int32_t bits) {
  return each([&](uint32_t i) { return wrap(int64_t{a.lane[i]} * (int64_t{1} << bits)); });
}
inline Lanes round_shift(Lanes a, Lanes right) {
  return each([&](uint32_t i) { return round_shift(a.lane[i], right.lane[i]); });
}
inline Lanes round_shift(Lanes a, int32_t right) { return round_shift(a, lanes_of(right)); }
inline Lanes multiply_high(Lanes a, Lanes b) {
  return each([&](uint32_t i) { return mote::multiply_high(a.lane[i], b.lane[i]); });
}
inline Lanes multiply_high(Lanes a, int32_t b) { return multiply_high(a, lanes_of(b)); }
inline Lanes upper_half(Lanes a, Lanes b) {
  return each([&](uint32_t i) { return static_cast<int32_t>((int64_t{a.lane[i]} * b.lane[i]) >> 32); });
}

#endif

}  // namespace mote::armv8_1_m_mve
