// Copying and filling bytes, which operators that move elements do for short runs over and over.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "device/kernels/packed/mve_move.h"
#include "device/kernels/small.h"

namespace mote {

// As memcpy, which pays for long runs alone.
inline void copy_bytes(void* to, const void* from, size_t count) {
#if MOTE_SMALL || !defined(__ARM_FEATURE_UNALIGNED)
  memcpy(to, from, count);
#elif defined(__ARM_FEATURE_MVE)
  armv8_1_m_mve::copy_bytes(static_cast<int8_t*>(to), static_cast<const int8_t*>(from), static_cast<uint32_t>(count));
#else
  if (count >= 16) {
    memcpy(to, from, count);
    return;
  }
  auto* target = static_cast<uint8_t*>(to);
  const auto* source = static_cast<const uint8_t*>(from);
  for (; count >= 4; count -= 4, source += 4, target += 4) memcpy(target, source, 4);
  for (; count > 0; --count) {
    *target++ = *source++;
    asm volatile("" ::: "memory");  // or a compiler knows the loop for a memcpy
  }
#endif
}

// `word` again and again, lowest byte first; the last one as far as there is room.
void fill_words(void* to, uint32_t word, size_t count);

}  // namespace mote
