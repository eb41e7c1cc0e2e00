// Activations as the sums of products take them: each word of four becomes one of (p, p') and one of (v, v') (packed/armv7e_m.h).
#pragma once

#include "device/kernels/packed/simd32.h"

namespace mote::armv7e_m {

constexpr uint32_t kFlipLow = 0x007F007F;

// A column among `columns` that lie side by side: the first words of all of them, then the second words.
inline void put_word(uint32_t word, uint32_t*& to, uint32_t columns) {
  to[0] = simd32::sxtb16(word);
  to[columns] = word ^ kFlipLow;
  to += 2 * columns;
}

inline void expand(const int8_t* from, uint32_t words, uint32_t*& to, uint32_t columns) {
  for (; words >= 4; words -= 4, from += 16) {
    put_word(simd32::load(from), to, columns);
    put_word(simd32::load(from + 4), to, columns);
    put_word(simd32::load(from + 8), to, columns);
    put_word(simd32::load(from + 12), to, columns);
  }
  for (; words > 0; --words, from += 4) put_word(simd32::load(from), to, columns);
}

// As many words, at least one, of each of three columns.
inline void expand_three(const int8_t* a, const int8_t* b, const int8_t* c, uint32_t words, uint32_t*& to) {
#if MOTE_SIMD32
  const int8_t* end = a + 4 * words;
  asm volatile(
      "1:\n\t"
      "ldr r8, [%[a]], #4\n\t"
      "ldr r9, [%[b]], #4\n\t"
      "ldr r10, [%[c]], #4\n\t"
      "sxtb16 r4, r8\n\t"
      "sxtb16 r5, r9\n\t"
      "sxtb16 r6, r10\n\t"
      "eor r8, r8, %[flip]\n\t"
      "eor r9, r9, %[flip]\n\t"
      "eor r10, r10, %[flip]\n\t"
      "stm %[to]!, {r4, r5, r6, r8, r9, r10}\n\t"
      "cmp %[a], %[end]\n\t"
      "bne 1b"
      : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [to] "+r"(to)
      : [end] "r"(end), [flip] "r"(kFlipLow)
      : "r4", "r5", "r6", "r8", "r9", "r10", "cc", "memory");
#else
  for (; words > 0; --words, a += 4, b += 4, c += 4, to += 6) {
    const uint32_t word[3] = {simd32::load(a), simd32::load(b), simd32::load(c)};
    for (uint32_t i = 0; i < 3; ++i) to[i] = simd32::sxtb16(word[i]), to[3 + i] = word[i] ^ kFlipLow;
  }
#endif
}

}  // namespace mote::armv7e_m
