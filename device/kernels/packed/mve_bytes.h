// Sixteen int8 side by side: a register of Helium, or plain C that does the same elsewhere.
#pragma once

#include <stdint.h>

#ifdef __ARM_FEATURE_MVE
#include <arm_mve.h>
#endif

namespace mote::armv8_1_m_mve {

constexpr uint32_t kBytes = 16;

#ifdef __ARM_FEATURE_MVE

using Bytes = int8x16_t;
using ByteMask = mve_pred16_t;

// Of the first `count` bytes, or of all.
inline ByteMask first_bytes(uint32_t count) { return vctp8q(count); }

inline Bytes bytes_of(int32_t value) { return vdupq_n_s8(static_cast<int8_t>(value)); }
inline Bytes load(const int8_t* from, ByteMask mask) { return vldrbq_z_s8(from, mask); }
inline void store(int8_t* to, Bytes values, ByteMask mask) { vstrbq_p_s8(to, values, mask); }
inline Bytes larger(Bytes a, Bytes b) { return vmaxq_s8(a, b); }
inline Bytes smaller(Bytes a, Bytes b) { return vminq_s8(a, b); }

#else

struct Bytes {
  int8_t byte[kBytes];
};
using ByteMask = uint32_t;  // how many

inline ByteMask first_bytes(uint32_t count) { return count < kBytes ? count : kBytes; }

template <typename Of>
Bytes each_byte(Of of) {
  Bytes values;
  for (uint32_t i = 0; i < kBytes; ++i) values.byte[i] = static_cast<int8_t>(of(i));
  return values;
}

inline Bytes bytes_of(int32_t value) {
  return each_byte([&](uint32_t) { return value; });
}
inline Bytes load(const int8_t* from, ByteMask mask) {
  return each_byte([&](uint32_t i) { return i < mask ? from[i] : 0; });
}
inline void store(int8_t* to, Bytes values, ByteMask mask) {
  for (uint32_t i = 0; i < mask; ++i) to[i] = values.byte[i];
}
inline Bytes larger(Bytes a, Bytes b) {
  return each_byte([&](uint32_t i) { return a.byte[i] > b.byte[i] ? a.byte[i] : b.byte[i]; });
}
inline Bytes smaller(Bytes a, Bytes b) {
  return each_byte([&](uint32_t i) { return a.byte[i] < b.byte[i] ? a.byte[i] : b.byte[i]; });
}

#endif

}  // namespace mote::armv8_1_m_mve
