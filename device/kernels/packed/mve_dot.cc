// Weighted sums of one or two places for many channels.
//
// VMLADAVA.S8 sums sixteen products into a scalar register, which must be even: eight of them are four channels of two places,
// and leave the odd ones to pointers. Two places share each load of weights.
#include "device/kernels/packed/mve_dot.h"

#include <string.h>

namespace mote::mve {

#ifdef __ARM_FEATURE_MVE

void dot_two(const int8_t* filters, const int8_t* first, const int8_t* second, uint32_t vectors, uint32_t blocks, int32_t* sums) {
  const uint32_t taps = vectors * kVector;
  uint32_t left = taps;
  // clang-format off
#define MOTE_TWO_PLACES                        \
      "vldrb.8  q0, [%[first]], #16\n"         \
      "vldrw.32 q2, [%[filters]], #16\n"       \
      "vldrb.8  q1, [%[second]], #16\n"        \
      "vmladava.s8 r0, q0, q2\n"               \
      "vldrw.32 q3, [%[filters]], #16\n"       \
      "vmladava.s8 r8, q1, q2\n"               \
      "vmladava.s8 r2, q0, q3\n"               \
      "vldrw.32 q2, [%[filters]], #16\n"       \
      "vmladava.s8 r10, q1, q3\n"              \
      "vmladava.s8 r4, q0, q2\n"               \
      "vldrw.32 q3, [%[filters]], #16\n"       \
      "vmladava.s8 r12, q1, q2\n"              \
      "vmladava.s8 r6, q0, q3\n"               \
      "vmladava.s8 lr, q1, q3\n"
  asm volatile(
      "1: ldm    %[filters], {r0, r2, r4, r6}\n"
      "   ldm    %[filters]!, {r8, r10, r12, lr}\n"
      "   subs   %[left], %[left], #32\n"
      "   blo    3f\n"
      "2:\n"
      MOTE_TWO_PLACES
      MOTE_TWO_PLACES
      "   subs   %[left], %[left], #32\n"
      "   bhs    2b\n"
      "3: tst    %[left], #16\n"  // -16 when a vector is left, -32 when none is
      "   beq    4f\n"
      MOTE_TWO_PLACES
      "4: ldr    %[left], %[taps]\n"
      "   stm    %[sums]!, {r0, r2, r4, r6, r8, r10, r12, lr}\n"
      "   sub    %[first], %[first], %[left]\n"
      "   subs   %[blocks], %[blocks], #1\n"
      "   sub    %[second], %[second], %[left]\n"
      "   bne    1b\n"
      : [filters] "+r"(filters), [first] "+r"(first), [second] "+r"(second), [left] "+r"(left), [sums] "+r"(sums),
        [blocks] "+r"(blocks)
      : [taps] "m"(taps)
      : "r0", "r2", "r4", "r6", "r8", "r10", "r12", "lr", "q0", "q1", "q2", "q3", "cc", "memory");
#undef MOTE_TWO_PLACES
  // clang-format on
}

void dot_one(const int8_t* filters, const int8_t* place, uint32_t taps, uint32_t blocks, int32_t* sums) {
  // clang-format off
  asm volatile(
      "1: ldm    %[filters]!, {r0, r2, r4, r6}\n"
      "   mov    r8, %[place]\n"
      "   dlstp.8 lr, %[taps]\n"
      "2: vldrb.8  q0, [r8], #16\n"
      "   vldrb.8  q1, [%[filters]], #16\n"
      "   vldrb.8  q2, [%[filters]], #16\n"
      "   vmladava.s8 r0, q0, q1\n"
      "   vldrb.8  q1, [%[filters]], #16\n"
      "   vmladava.s8 r2, q0, q2\n"
      "   vldrb.8  q2, [%[filters]], #16\n"
      "   vmladava.s8 r4, q0, q1\n"
      "   vmladava.s8 r6, q0, q2\n"
      "   letp   lr, 2b\n"
      "   stm    %[sums]!, {r0, r2, r4, r6}\n"
      "   subs   %[blocks], %[blocks], #1\n"
      "   bne    1b\n"
      : [filters] "+r"(filters), [sums] "+r"(sums), [blocks] "+r"(blocks)
      : [place] "r"(place), [taps] "r"(taps)
      : "r0", "r2", "r4", "r6", "r8", "lr", "q0", "q1", "q2", "cc", "memory");
  // clang-format on
}

#else

namespace {

// Sums wrap around as the machine's do; in a verified model none does.
const int8_t* dot_block(const int8_t* block, const int8_t* place, uint32_t taps, int32_t* sums) {
  uint32_t lanes[kBlock];
  memcpy(lanes, block, sizeof lanes);
  const int8_t* weights = block + sizeof lanes;
  for (uint32_t tap = 0; tap < taps; ++tap)
    for (uint32_t i = 0; i < kBlock; ++i)
      lanes[i] += static_cast<uint32_t>(place[tap] * weights[(tap / kVector * kBlock + i) * kVector + tap % kVector]);
  memcpy(sums, lanes, sizeof lanes);
  return weights + size_t{round_up(taps, kVector)} * kBlock;
}

}  // namespace

void dot_two(const int8_t* filters, const int8_t* first, const int8_t* second, uint32_t vectors, uint32_t blocks, int32_t* sums) {
  for (; blocks > 0; --blocks, sums += 2 * kBlock) {
    dot_block(filters, first, vectors * kVector, sums);
    filters = dot_block(filters, second, vectors * kVector, sums + kBlock);
  }
}

void dot_one(const int8_t* filters, const int8_t* place, uint32_t taps, uint32_t blocks, int32_t* sums) {
  for (; blocks > 0; --blocks, sums += kBlock) filters = dot_block(filters, place, taps, sums);
}

#endif

}  // namespace mote::mve
