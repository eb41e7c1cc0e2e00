// Sliding filters for Armv7-M: an input column adds to every output that its three values lie under.
#include "device/kernels/depthwise_conv_2d/sliding_armv7_m.h"

#include "device/kernels/packed/armv7_m/requantize.h"

#if MOTE_THUMB2

namespace mote::armv7_m {

static_assert(kStripColumn == 24 && kSlidingTaps == 9, "as the assembler below has it");

// clang-format off

// A channel's taps but the last to r0 to r7, the last to r8. r11: sums; lr: the first column.
#define MOTE_WEIGHTS               \
  "ldr r12, %[weights]\n\t"        \
  "ldr lr, %[channel]\n\t"         \
  "ldr r11, %[sums]\n\t"           \
  "ldrsb r0, [r12], #9\n\t"        \
  "ldrsb r1, [r12, #-8]\n\t"       \
  "ldrsb r2, [r12, #-7]\n\t"       \
  "ldrsb r3, [r12, #-6]\n\t"       \
  "ldrsb r4, [r12, #-5]\n\t"       \
  "ldrsb r5, [r12, #-4]\n\t"       \
  "ldrsb r6, [r12, #-3]\n\t"       \
  "ldrsb r7, [r12, #-2]\n\t"       \
  "ldrsb r8, [r12, #-1]\n\t"       \
  "str r12, %[weights]\n\t"

// The next column, by one: done is the output that it is the last column of, next the one after it, and fresh the one that begins.
// There is no register for the last tap, so it comes through that of the output that has not begun.
#define MOTE_COLUMN(done, next, fresh)            \
  "ldrsb r12, [lr, #40]\n\t"                      \
  "ldr " fresh ", %[last]\n\t"                    \
  "mla " next ", r12, r7, " next "\n\t"           \
  "mla " done ", r12, " fresh ", " done "\n\t"    \
  "mul " fresh ", r12, r6\n\t"                    \
  "ldrsb r12, [lr, #24]!\n\t"                     \
  "mla " done ", r12, r2, " done "\n\t"           \
  "mla " next ", r12, r1, " next "\n\t"           \
  "mla " fresh ", r12, r0, " fresh "\n\t"         \
  "ldrsb r12, [lr, #8]\n\t"                       \
  "mla " done ", r12, r5, " done "\n\t"           \
  "mla " next ", r12, r4, " next "\n\t"           \
  "mla " fresh ", r12, r3, " fresh "\n\t"         \
  "str " done ", [r11], #4\n\t"

// r8, r9, r10 take turns. Of a number of outputs that is no multiple of three, the first turn is one or two of them.
#define MOTE_BY_ONE                \
  "str r8, %[last]\n\t"            \
  "ldrsb r12, [lr]\n\t"            \
  "mul r8, r12, r0\n\t"            \
  "ldrsb r12, [lr, #8]\n\t"        \
  "mla r8, r12, r3, r8\n\t"        \
  "ldrsb r12, [lr, #16]\n\t"       \
  "mla r8, r12, r6, r8\n\t"        \
  "ldrsb r12, [lr, #24]!\n\t"      \
  "mla r8, r12, r1, r8\n\t"        \
  "mul r9, r12, r0\n\t"            \
  "ldrsb r12, [lr, #8]\n\t"        \
  "mla r8, r12, r4, r8\n\t"        \
  "mla r9, r12, r3, r9\n\t"        \
  "ldrsb r12, [lr, #16]\n\t"       \
  "mla r8, r12, r7, r8\n\t"        \
  "mla r9, r12, r6, r9\n\t"        \
  "ldr r12, %[first_turn]\n\t"     \
  "cmp r12, #1\n\t"                \
  "blo 1f\n\t"                     \
  "beq 4f\n\t"                     \
  "mov r10, r9\n\t"                \
  "mov r9, r8\n\t"                 \
  "b 2f\n"                         \
  "4:\n\t"                         \
  "mov r10, r8\n\t"                \
  "mov r8, r9\n\t"                 \
  "b 3f\n"                         \
  "1:\n\t"                         \
  MOTE_COLUMN("r8", "r9", "r10")   \
  "2:\n\t"                         \
  MOTE_COLUMN("r9", "r10", "r8")   \
  "3:\n\t"                         \
  MOTE_COLUMN("r10", "r8", "r9")   \
  "ldr r12, %[end]\n\t"            \
  "cmp lr, r12\n\t"                \
  "bne 1b\n\t"

// By two: r9 is the output at hand, r10 the next, which begins with the last column of this one.
#define MOTE_BY_TWO                \
  "ldrsb r12, [lr]\n\t"            \
  "mul r9, r12, r0\n\t"            \
  "ldrsb r12, [lr, #8]\n\t"        \
  "mla r9, r12, r3, r9\n\t"        \
  "ldrsb r12, [lr, #16]\n\t"       \
  "mla r9, r12, r6, r9\n"          \
  "1:\n\t"                         \
  "ldrsb r12, [lr, #24]\n\t"       \
  "mla r9, r12, r1, r9\n\t"        \
  "ldrsb r12, [lr, #32]\n\t"       \
  "mla r9, r12, r4, r9\n\t"        \
  "ldrsb r12, [lr, #40]\n\t"       \
  "mla r9, r12, r7, r9\n\t"        \
  "ldrsb r12, [lr, #48]!\n\t"      \
  "mla r9, r12, r2, r9\n\t"        \
  "mul r10, r12, r0\n\t"           \
  "ldrsb r12, [lr, #8]\n\t"        \
  "mla r9, r12, r5, r9\n\t"        \
  "mla r10, r12, r3, r10\n\t"      \
  "ldrsb r12, [lr, #16]\n\t"       \
  "mla r9, r12, r8, r9\n\t"        \
  "mla r10, r12, r6, r10\n\t"      \
  "str r9, [r11], #4\n\t"          \
  "ldr r12, %[end]\n\t"            \
  "mov r9, r10\n\t"                \
  "cmp lr, r12\n\t"                \
  "bne 1b\n\t"

// The sums of a channel become outputs, an odd one first. Its record is in r6 to r9.
#define MOTE_OUTPUT(round, sum, to)         \
  "add " sum ", r6, " sum ", lsl #1\n\t"    \
  round(sum, "r2", "r3")                    \
  "strb " sum ", " to "\n\t"
#define MOTE_OUTPUTS(round)                 \
  "bcc 2f\n\t"                              \
  "ldr r0, [r12], #4\n\t"                   \
  MOTE_OUTPUT(round, "r0", "[lr]")          \
  "add lr, lr, r4\n\t"                      \
  "beq 4f\n"                                \
  "2:\n\t"                                  \
  "ldrd r0, r1, [r12], #8\n\t"              \
  MOTE_OUTPUT(round, "r0", "[lr]")          \
  MOTE_OUTPUT(round, "r1", "[lr, r4]")      \
  "add lr, lr, r4, lsl #1\n\t"              \
  "subs r5, r5, #1\n\t"                     \
  "bne 2b\n\t"

#define MOTE_CHANNELS(sums_of)                                                                                       \
  asm volatile("0:\n\t" MOTE_WEIGHTS sums_of                                                                         \
               "ldr r10, %[records]\n\t"                                                                             \
               "ldr lr, %[output]\n\t"                                                                               \
               "ldr r12, %[sums]\n\t"                                                                                \
               "ldm r10!, {r6, r7, r8, r9}\n\t"                                                                      \
               "str r10, %[records]\n\t"                                                                             \
               "add r10, lr, #1\n\t"                                                                                 \
               "str r10, %[output]\n\t"                                                                              \
               "ldr r0, %[single]\n\t"                                                                               \
               "ldr r5, %[outputs]\n\t"                                                                              \
               "ldr r4, %[step]\n\t"                                                                                 \
               "cbz r0, 1f\n\t"                                                                                      \
               "b 3f\n"                                                                                              \
               "1:\n\t"                                                                                              \
               "lsrs r5, r5, #1\n\t" MOTE_OUTPUTS(MOTE_ROUND_DOUBLE)                                                 \
               "b 4f\n"                                                                                              \
               "3:\n\t"                                                                                              \
               "lsrs r5, r5, #1\n\t" MOTE_OUTPUTS(MOTE_ROUND_SINGLE)                                                 \
               "4:\n\t"                                                                                              \
               "ldr r10, %[channel]\n\t"                                                                             \
               "ldr r11, %[channels]\n\t"                                                                            \
               "ldr r12, %[end]\n\t"                                                                                 \
               "add r10, r10, #1\n\t"                                                                                \
               "add r12, r12, #1\n\t"                                                                                \
               "str r10, %[channel]\n\t"                                                                             \
               "str r12, %[end]\n\t"                                                                                 \
               "subs r11, r11, #1\n\t"                                                                               \
               "str r11, %[channels]\n\t"                                                                            \
               "bne 0b"                                                                                              \
               : [weights] "+m"(now.weights), [records] "+m"(now.records), [channel] "+m"(now.strip),                \
                 [output] "+m"(now.output), [channels] "+m"(now.channels), [end] "+m"(end), [last] "+m"(last)        \
               : [sums] "m"(now.sums), [outputs] "m"(now.outputs), [step] "m"(now.step), [single] "m"(single),       \
                 [first_turn] "m"(first_turn)                                                                        \
               : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory")

// clang-format on

void slide_by_one(const Slide& slide, Rounding rounding) {
  Slide now = slide;
  const int8_t* end = slide.strip + (slide.outputs + 1) * kStripColumn;
  const uint32_t first_turn = slide.outputs % 3, single = rounding == Rounding::single_rounding;
  int32_t last = 0;
  MOTE_CHANNELS(MOTE_BY_ONE);
}

void slide_by_two(const Slide& slide, Rounding rounding) {
  Slide now = slide;
  const int8_t* end = slide.strip + slide.outputs * 2 * kStripColumn;
  const uint32_t first_turn = 0, single = rounding == Rounding::single_rounding;
  int32_t last = 0;
  MOTE_CHANNELS(MOTE_BY_TWO);
}

}  // namespace mote::armv7_m

#endif
