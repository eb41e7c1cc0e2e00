// Expands words of activations for Armv7E-M.
#include "device/kernels/packed/armv7e_m/expand.h"

namespace mote::armv7e_m {

uint32_t* expand(const int8_t* from, uint32_t words, uint32_t* to, uint32_t columns) {
  for (; words >= 4; words -= 4, from += 16) {
    to = put_word(simd32::load(from), to, columns);
    to = put_word(simd32::load(from + 4), to, columns);
    to = put_word(simd32::load(from + 8), to, columns);
    to = put_word(simd32::load(from + 12), to, columns);
  }
  for (; words > 0; --words, from += 4) to = put_word(simd32::load(from), to, columns);
  return to;
}

#if MOTE_SIMD32

uint32_t* expand_three(const int8_t* a, const int8_t* b, const int8_t* c, uint32_t words, uint32_t* to) {
  const int8_t* const end = a + 4 * words;
  asm volatile(
      "1:\n\t"
      "ldr r8, [%[a]], #4\n\t"
      "ldr r9, [%[b]], #4\n\t"
      "ldr r10, [%[c]], #4\n\t"
      "sxtb16 r4, r8\n\t"
      "sxtb16 r5, r9\n\t"
      "sxtb16 r6, r10\n\t"
      "eor r8, r8, #0x007F007F\n\t"
      "eor r9, r9, #0x007F007F\n\t"
      "eor r10, r10, #0x007F007F\n\t"
      "stm %[to]!, {r4, r5, r6, r8, r9, r10}\n\t"
      "cmp %[a], %[end]\n\t"
      "bne 1b"
      : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [to] "+r"(to)
      : [end] "r"(end)
      : "r4", "r5", "r6", "r8", "r9", "r10", "cc", "memory");
  return to;
}

#else

uint32_t* expand_three(const int8_t* a, const int8_t* b, const int8_t* c, uint32_t words, uint32_t* to) {
  expand(a, words, to, 3);
  expand(b, words, to + 1, 3);
  return expand(c, words, to + 2, 3) - 2;
}

#endif

}  // namespace mote::armv7e_m
