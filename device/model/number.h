// Floats judged by their bits: the device's side has no math library, and needs none.
#pragma once

#include <stdint.h>
#include <string.h>

namespace mote {

inline uint32_t float_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline bool is_finite(float value) { return (float_bits(value) & 0x7f800000u) != 0x7f800000u; }

inline bool is_positive(float value) {
  const uint32_t bits = float_bits(value);
  return bits > 0 && bits < 0x7f800000u;
}

}  // namespace mote
