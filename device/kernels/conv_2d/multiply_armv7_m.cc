// Sums of products for Armv7-M, in assembler: two output channels at a time, then both requantized.
//
// GCC finds neither the loads of several words nor an allocation without spills for this loop; by hand it has 9 instructions for
// 6 products with three pixels.
#include "device/kernels/conv_2d/multiply_armv7_m.h"

#include "device/kernels/packed/armv7_m/requantize.h"

namespace mote::armv7_m {
namespace {

#if MOTE_THUMB2

// r0, r1, r2   sums of the first channel, by pixel       r8, r9, r10  the pixels
// r3, r4, r5   sums of the second channel                r11, r12     weights, columns
// r6, r7       a weight of each channel                  lr           Pixels
static_assert(sizeof(void*) == 4 && sizeof(Pixels) == 40, "the places of the members below");
#define MOTE_WEIGHTS "[lr, #0]"
#define MOTE_RECORDS "[lr, #4]"
#define MOTE_COLUMNS "[lr, #8]"
#define MOTE_END "[lr, #12]"
#define MOTE_SKIP "[lr, #16]"
#define MOTE_SINGLE "[lr, #20]"
#define MOTE_CHANNELS "[lr, #24]"
#define MOTE_OUTPUTS "#28"

// clang-format off

// The first tap starts the sums.
#define MOTE_LOAD_WEIGHTS            \
  "ldrsb r6, [r11], #1\n\t"          \
  "ldrsb r7, [r11], #1\n\t"
#define MOTE_LOAD_2 "ldrd r8, r9, [r12], #8\n\t" MOTE_LOAD_WEIGHTS
#define MOTE_LOAD_3 "ldm r12!, {r8, r9, r10}\n\t" MOTE_LOAD_WEIGHTS
#define MOTE_FIRST_TAP_2             \
  MOTE_LOAD_2                        \
  "mul r0, r8, r6\n\t"               \
  "mul r3, r8, r7\n\t"               \
  "mul r1, r9, r6\n\t"               \
  "mul r4, r9, r7\n\t"
#define MOTE_FIRST_TAP_3             \
  MOTE_LOAD_3                        \
  "mul r0, r8, r6\n\t"               \
  "mul r3, r8, r7\n\t"               \
  "mul r1, r9, r6\n\t"               \
  "mul r4, r9, r7\n\t"               \
  "mul r2, r10, r6\n\t"              \
  "mul r5, r10, r7\n\t"
// 28 and 36 bytes of code.
#define MOTE_TAP_2                   \
  MOTE_LOAD_2                        \
  "mla r0, r8, r6, r0\n\t"           \
  "mla r3, r8, r7, r3\n\t"           \
  "mla r1, r9, r6, r1\n\t"           \
  "mla r4, r9, r7, r4\n\t"
#define MOTE_TAP_3                   \
  MOTE_LOAD_3                        \
  "mla r0, r8, r6, r0\n\t"           \
  "mla r3, r8, r7, r3\n\t"           \
  "mla r1, r9, r6, r1\n\t"           \
  "mla r4, r9, r7, r4\n\t"           \
  "mla r2, r10, r6, r2\n\t"          \
  "mla r5, r10, r7, r5\n\t"
#define MOTE_EIGHT(tap) tap tap tap tap tap tap tap tap

// A channel's record goes to r6 to r9.
#define MOTE_RECORD "ldm r12!, {r6, r7, r8, r9}\n\t"
#define MOTE_BIAS(sum) "add " sum ", r6, " sum ", lsl #1\n\t"
#define MOTE_CHANNEL_2(round, s, t)  \
  MOTE_RECORD MOTE_BIAS(s) MOTE_BIAS(t) round(s, "r6", "r10") round(t, "r6", "r10")
#define MOTE_CHANNEL_3(round, s, t, u) \
  MOTE_RECORD MOTE_BIAS(s) MOTE_BIAS(t) MOTE_BIAS(u) round(s, "r6", "r10") round(t, "r6", "r10") round(u, "r6", "r10")
#define MOTE_FINISH_2(round) MOTE_CHANNEL_2(round, "r0", "r1") MOTE_CHANNEL_2(round, "r3", "r4")
#define MOTE_FINISH_3(round) MOTE_CHANNEL_3(round, "r0", "r1", "r2") MOTE_CHANNEL_3(round, "r3", "r4", "r5")

#define MOTE_STORE_2(s, t) "strb " s ", [r6], #1\n\t strb " t ", [r7], #1\n\t"
#define MOTE_STORE_3(s, t, u) MOTE_STORE_2(s, t) "strb " u ", [r8], #1\n\t"

#define MOTE_BLOCKS(first_tap, taps, finish, store_first, store_second)                                             \
  asm volatile("ldr r11, " MOTE_WEIGHTS "\n"                                                                        \
               "1:\n\t"                                                                                             \
               "ldr r12, " MOTE_COLUMNS "\n\t"                                                                      \
               first_tap                                                                                            \
               "ldr r6, " MOTE_SKIP "\n\t"                                                                          \
               ".balign 4\n\t"                                                                                      \
               "add pc, r6\n\t" /* 4 bytes further than its own place and r6 */                                     \
               "nop\n"                                                                                              \
               "2:\n\t"                                                                                             \
               taps                                                                                                 \
               "ldr r6, " MOTE_END "\n\t"                                                                           \
               "cmp r12, r6\n\t"                                                                                    \
               "bne 2b\n\t"                                                                                         \
               "ldr r12, " MOTE_RECORDS "\n\t"                                                                      \
               "ldr r6, " MOTE_SINGLE "\n\t"                                                                        \
               "cbz r6, 3f\n\t"                                                                                     \
               "b 4f\n"                                                                                             \
               "3:\n\t" finish(MOTE_ROUND_DOUBLE)                                                                   \
               "b 5f\n"                                                                                             \
               "4:\n\t" finish(MOTE_ROUND_SINGLE)                                                                   \
               "5:\n\t"                                                                                             \
               "str r12, " MOTE_RECORDS "\n\t"                                                                      \
               "add r12, lr, " MOTE_OUTPUTS "\n\t"                                                                  \
               "ldr r9, " MOTE_CHANNELS "\n\t"                                                                      \
               "ldm r12, {r6, r7, r8}\n\t"                                                                          \
               "subs r9, r9, #2\n\t"                                                                                \
               store_first                                                                                          \
               "blt 6f\n\t"                                                                                         \
               store_second                                                                                         \
               "stm r12, {r6, r7, r8}\n\t"                                                                          \
               "str r9, " MOTE_CHANNELS "\n\t"                                                                      \
               "bne 1b\n"                                                                                           \
               "6:"                                                                                                 \
               : "+r"(here)                                                                                         \
               :                                                                                                    \
               : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "cc", "memory")

constexpr uint32_t kTurn[2] = {8, 16}, kTapBytes[2] = {28, 36};  // of two and three pixels

[[gnu::noinline]] void two_pixels(Pixels& pixels) {
  register Pixels* here asm("lr") = &pixels;
  MOTE_BLOCKS(MOTE_FIRST_TAP_2, MOTE_EIGHT(MOTE_TAP_2), MOTE_FINISH_2, MOTE_STORE_2("r0", "r1"), MOTE_STORE_2("r3", "r4"));
}

[[gnu::noinline]] void three_pixels(Pixels& pixels) {
  register Pixels* here asm("lr") = &pixels;
  MOTE_BLOCKS(MOTE_FIRST_TAP_3, MOTE_EIGHT(MOTE_TAP_3) MOTE_EIGHT(MOTE_TAP_3), MOTE_FINISH_3, MOTE_STORE_3("r0", "r1", "r2"),
              MOTE_STORE_3("r3", "r4", "r5"));
}

// clang-format on

// Of the taps but the first, which is apart.
uint32_t skip_of(uint32_t taps, uint32_t count) {
  const uint32_t turn = kTurn[count - 2], skipped = taps == 1 ? turn : (1 - taps) % turn;
  return skipped * kTapBytes[count - 2];
}

#else

void any_pixels(Pixels& pixels, uint32_t taps, uint32_t count) {
  const auto rounding = pixels.single_rounding != 0 ? Rounding::single_rounding : Rounding::double_rounding;
  const int8_t* w = pixels.weights;
  for (; pixels.channels > 0; pixels.channels -= kPairBlock, w += size_t{kPairBlock} * taps)
    for (int32_t channel = 0; channel < 2 && channel < pixels.channels; ++channel, ++pixels.records)
      for (uint32_t i = 0; i < count; ++i) {
        int32_t sum = 0;
        for (uint32_t tap = 0; tap < taps; ++tap)
          sum = add(sum, pixels.columns[tap * count + i] * w[kPairBlock * tap + static_cast<uint32_t>(channel)]);
        *pixels.outputs[i]++ = requantize(sum, *pixels.records, rounding);
      }
}

#endif

}  // namespace

void multiply(Pixels& pixels, uint32_t count, Rounding rounding) {
  const auto taps = static_cast<uint32_t>(pixels.end - pixels.columns) / count;
  pixels.single_rounding = rounding == Rounding::single_rounding;
#if MOTE_THUMB2
  pixels.skip = skip_of(taps, count);
  count == 2 ? two_pixels(pixels) : three_pixels(pixels);
#else
  any_pixels(pixels, taps, count);
#endif
}

}  // namespace mote::armv7_m
