// Weighted sums of places, two at a time or one, for many channels.
//
// VMLADAVA.S8 sums sixteen products into a scalar register, which must be even: eight of them are four channels of two places,
// and leave the odd ones to pointers. Two places share each load of weights.
#include "device/kernels/packed/mve_dot.h"

#include <string.h>

namespace mote::armv8_1_m_mve {

#ifdef __ARM_FEATURE_MVE

void dot_pairs(const int8_t* filters, const Windows& windows, uint32_t pairs, uint32_t vectors, uint32_t blocks, int32_t* sums) {
  const int8_t *first = windows.first, *second = windows.first + windows.step, *filter = filters;
  const uint32_t taps = vectors * kVector, two_steps = static_cast<uint32_t>(2 * windows.step);
  uint32_t left_taps = taps, left_blocks = blocks, left_pairs = pairs;
  // clang-format off
#define MOTE_TWO_PLACES                        \
      "vldrb.8  q0, [%[first]], #16\n"         \
      "vldrw.32 q2, [%[filter]], #16\n"        \
      "vldrb.8  q1, [%[second]], #16\n"        \
      "vmladava.s8 r0, q0, q2\n"               \
      "vldrw.32 q3, [%[filter]], #16\n"        \
      "vmladava.s8 r8, q1, q2\n"               \
      "vmladava.s8 r2, q0, q3\n"               \
      "vldrw.32 q2, [%[filter]], #16\n"        \
      "vmladava.s8 r10, q1, q3\n"              \
      "vmladava.s8 r4, q0, q2\n"               \
      "vldrw.32 q3, [%[filter]], #16\n"        \
      "vmladava.s8 r12, q1, q2\n"              \
      "vmladava.s8 r6, q0, q3\n"               \
      "vmladava.s8 lr, q1, q3\n"
  asm volatile(
      "1: ldm    %[filter], {r0, r2, r4, r6}\n"
      "   ldm    %[filter]!, {r8, r10, r12, lr}\n"
      "   subs   %[taps], %[taps], #32\n"
      "   blo    3f\n"
      "2:\n"
      MOTE_TWO_PLACES
      MOTE_TWO_PLACES
      "   subs   %[taps], %[taps], #32\n"
      "   bhs    2b\n"
      "3: tst    %[taps], #16\n"  // -16 when a vector is left, -32 when none is
      "   beq    4f\n"
      MOTE_TWO_PLACES
      "4: ldr    %[taps], %[all_taps]\n"
      "   stm    %[sums]!, {r0, r2, r4, r6, r8, r10, r12, lr}\n"
      "   sub    %[first], %[first], %[taps]\n"
      "   subs   %[blocks], %[blocks], #1\n"
      "   sub    %[second], %[second], %[taps]\n"
      "   bne    1b\n"
      "   ldr    r0, %[two_steps]\n"
      "   ldr    %[filter], %[filters]\n"
      "   add    %[first], %[first], r0\n"
      "   add    %[second], %[second], r0\n"
      "   ldr    %[blocks], %[all_blocks]\n"
      "   ldr    r0, %[pairs]\n"
      "   subs   r0, r0, #1\n"
      "   str    r0, %[pairs]\n"
      "   bne    1b\n"
      : [filter] "+r"(filter), [first] "+r"(first), [second] "+r"(second), [taps] "+r"(left_taps), [sums] "+r"(sums),
        [blocks] "+r"(left_blocks), [pairs] "+m"(left_pairs)
      : [all_taps] "m"(taps), [all_blocks] "m"(blocks), [filters] "m"(filters), [two_steps] "m"(two_steps)
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

void dot_pairs(const int8_t* filters, const Windows& windows, uint32_t pairs, uint32_t vectors, uint32_t blocks, int32_t* sums) {
  const int8_t* window = windows.first;
  for (; pairs > 0; --pairs, window += 2 * windows.step) {
    const int8_t* filter = filters;
    for (uint32_t block = 0; block < blocks; ++block, sums += 2 * kBlock) {
      dot_block(filter, window, vectors * kVector, sums);
      filter = dot_block(filter, window + windows.step, vectors * kVector, sums + kBlock);
    }
  }
}

void dot_one(const int8_t* filters, const int8_t* place, uint32_t taps, uint32_t blocks, int32_t* sums) {
  for (; blocks > 0; --blocks, sums += kBlock) filters = dot_block(filters, place, taps, sums);
}

#endif

}  // namespace mote::armv8_1_m_mve
