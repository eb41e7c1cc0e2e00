// Sliding filters for Armv7E-M (packed/armv7e_m.h says how SMLAL multiplies two neighbours by two taps).
#include "device/kernels/depthwise_conv_2d/sliding_armv7e_m.h"

#include "device/kernels/packed/armv7e_m/requantize.h"

namespace mote::armv7e_m {

#if MOTE_SIMD32

static_assert(kStripColumn == 24 && kSlidingOffset == 0x80000, "as the assembler below has it");

// clang-format off

// A channel's taps: r0, r1, r2 the first two of each row, r3, r4, r5 the third.
#define MOTE_WEIGHTS                      \
  "ldr r11, %[weights]\n\t"               \
  "ldm r11!, {r0, r1, r2, r5}\n\t"        \
  "str r11, %[weights]\n\t"               \
  "ldr r12, %[channel]\n\t"               \
  "ldr lr, %[sums]\n\t"                   \
  "sxtb r3, r5\n\t"                       \
  "sxtb r4, r5, ror #8\n\t"               \
  "sxtb r5, r5, ror #16\n\t"

// r6, r7, r8: X of each row. r9, r10: the sum of a pair, [0, 20) the output after, [20, 40) the output at x[0], [40, 64) with what
// the pair before left there the output before. All three are kept above zero by 2^19, so that they borrow nothing from each other.
#define MOTE_BY_ONE                       \
  "ldrsb r11, [r12]\n\t"                  \
  "ldrsb r6, [r12, #24]\n\t"              \
  "ldrsb r9, [r12, #8]\n\t"               \
  "ldrsb r7, [r12, #32]\n\t"              \
  "ldrsb r10, [r12, #16]\n\t"             \
  "ldrsb r8, [r12, #40]\n\t"              \
  "add r6, r6, r11, lsl #20\n\t"          \
  "add r7, r7, r9, lsl #20\n\t"           \
  "add r8, r8, r10, lsl #20\n\t"          \
  "mov r10, #0x80\n\t"                    \
  "mov r9, #0x80000\n"                    \
  "1:\n\t"                                \
  "smlal r9, r10, r6, r0\n\t"             \
  "ldrsb r11, [r12, #48]!\n\t"            \
  "ldrsb r6, [r12, #24]\n\t"              \
  "smlal r9, r10, r7, r1\n\t"             \
  "add r6, r6, r11, lsl #20\n\t"          \
  "ldrsb r11, [r12, #8]\n\t"              \
  "ldrsb r7, [r12, #32]\n\t"              \
  "smlal r9, r10, r6, r3\n\t"             \
  "smlal r9, r10, r8, r2\n\t"             \
  "add r7, r7, r11, lsl #20\n\t"          \
  "ldrsb r11, [r12, #16]\n\t"             \
  "ldrsb r8, [r12, #40]\n\t"              \
  "smlal r9, r10, r7, r4\n\t"             \
  "add r8, r8, r11, lsl #20\n\t"          \
  "smlal r9, r10, r8, r5\n\t"             \
  "lsr r11, r9, #20\n\t"                  \
  "bfi r11, r10, #12, #8\n\t"             \
  "asr r10, r10, #8\n\t"                  \
  "strd r10, r11, [lr], #8\n\t"           \
  "mov r10, #0x80\n\t"                    \
  "bfi r10, r9, #8, #20\n\t"              \
  "mov r9, #0x80000\n\t"                  \
  "ldr r11, %[end]\n\t"                   \
  "cmp r12, r11\n\t"                      \
  "bne 1b\n\t"                            \
  "smlal r9, r10, r6, r0\n\t"             \
  "smlal r9, r10, r7, r1\n\t"             \
  "ldr r6, %[odd]\n\t"                    \
  "smlal r9, r10, r8, r2\n\t"             \
  "cbz r6, 2f\n\t"                        \
  "ldrsb r6, [r12, #48]\n\t"              \
  "ldrsb r7, [r12, #56]\n\t"              \
  "ldrsb r8, [r12, #64]\n\t"              \
  "mul r6, r6, r3\n\t"                    \
  "mla r6, r7, r4, r6\n\t"                \
  "mla r6, r8, r5, r6\n\t"                \
  "lsr r11, r9, #20\n\t"                  \
  "bfi r11, r10, #12, #8\n\t"             \
  "add r11, r11, r6\n\t"                  \
  "str r11, [lr, #4]\n"                   \
  "2:\n\t"                                \
  "asr r10, r10, #8\n\t"                  \
  "str r10, [lr]\n\t"                     \
  "add r12, r12, #1\n\t"                  \
  "str r12, %[end]\n\t"

// r6, r7, r8: x[0] of each row, which was x[2] of the output before. r9: the sum.
#define MOTE_BY_TWO                       \
  "ldrsb r6, [r12]\n\t"                   \
  "ldrsb r7, [r12, #8]\n\t"               \
  "ldrsb r8, [r12, #16]\n\t"              \
  "ldr r10, %[end]\n\t"                   \
  "add lr, lr, #4\n"                      \
  "1:\n\t"                                \
  "smulbb r9, r6, r0\n\t"                 \
  "ldrsb r11, [r12, #24]\n\t"             \
  "ldrsb r6, [r12, #48]!\n\t"             \
  "smlabb r9, r7, r1, r9\n\t"             \
  "smlabt r9, r11, r0, r9\n\t"            \
  "ldrsb r11, [r12, #-16]\n\t"            \
  "ldrsb r7, [r12, #8]\n\t"               \
  "smlabb r9, r8, r2, r9\n\t"             \
  "smlabt r9, r11, r1, r9\n\t"            \
  "ldrsb r11, [r12, #-8]\n\t"             \
  "ldrsb r8, [r12, #16]\n\t"              \
  "smlabb r9, r6, r3, r9\n\t"             \
  "smlabb r9, r7, r4, r9\n\t"             \
  "smlabt r9, r11, r2, r9\n\t"            \
  "smlabb r9, r8, r5, r9\n\t"             \
  "str r9, [lr], #4\n\t"                  \
  "cmp r12, r10\n\t"                      \
  "bne 1b\n\t"                            \
  "add r10, r10, #1\n\t"                  \
  "str r10, %[end]\n\t"

// A sum becomes an output in r8. The channel's record is in r0 to r3: twice the bias, multiplier, addend, shift.
#define MOTE_FINISH_DOUBLE(sum)           \
  "add " sum ", r0, " sum ", lsl #1\n\t"  \
  "smmlar r8, " sum ", r1, r2\n\t"        \
  "add r8, r8, " sum ", asr #31\n\t"      \
  "asr r8, r8, r3\n\t"                    \
  "ssat r8, #8, r8\n\t"
#define MOTE_FINISH_SINGLE(sum)           \
  "add " sum ", r0, " sum ", lsl #1\n\t"  \
  "smmla r8, " sum ", r1, r2\n\t"         \
  "asr r8, r8, r3\n\t"                    \
  "ssat r8, #8, r8\n\t"
#define MOTE_OUTPUTS(finish)              \
  "ldr r10, %[records]\n\t"               \
  "ldr lr, %[output]\n\t"                 \
  "ldm r10!, {r0, r1, r2, r3}\n\t"        \
  "ldr r12, %[sums]\n\t"                  \
  "str r10, %[records]\n\t"               \
  "add r10, lr, #1\n\t"                   \
  "ldr r5, %[outputs]\n\t"                \
  "str r10, %[output]\n\t"                \
  "ldr r4, %[step]\n\t"                   \
  "add r12, r12, #4\n\t"                  \
  "lsrs r5, r5, #1\n\t"                   \
  "bcc 3f\n\t"                            \
  "ldr r6, [r12], #4\n\t"                 \
  finish("r6")                            \
  "strb r8, [lr]\n\t"                     \
  "add lr, lr, r4\n"                      \
  "3:\n\t"                                \
  "ldrd r6, r7, [r12], #8\n\t"            \
  finish("r6")                            \
  "strb r8, [lr]\n\t"                     \
  finish("r7")                            \
  "strb r8, [lr, r4]\n\t"                 \
  "add lr, lr, r4, lsl #1\n\t"            \
  "subs r5, r5, #1\n\t"                   \
  "bne 3b\n\t"

#define MOTE_CHANNELS(sums_of, finish)                                                                                   \
  asm volatile("0:\n\t" MOTE_WEIGHTS sums_of MOTE_OUTPUTS(finish)                                                        \
               "ldr r10, %[channel]\n\t"                                                                                 \
               "ldr r11, %[channels]\n\t"                                                                                \
               "add r10, r10, #1\n\t"                                                                                    \
               "subs r11, r11, #1\n\t"                                                                                   \
               "str r10, %[channel]\n\t"                                                                                 \
               "str r11, %[channels]\n\t"                                                                                \
               "bne 0b"                                                                                                  \
               : [weights] "+m"(now.weights), [records] "+m"(now.records), [channel] "+m"(now.strip),                    \
                 [output] "+m"(now.output), [channels] "+m"(now.channels), [end] "+m"(end)                               \
               : [sums] "m"(now.sums), [outputs] "m"(now.outputs), [step] "m"(now.step), [odd] "m"(odd)                  \
               : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory")

// clang-format on

template <Rounding kRounding>
void slide_by_one(const Slide& slide) {
  Slide now = slide;
  const int8_t* end = slide.strip + slide.outputs / 2 * 2 * kStripColumn;
  const uint32_t odd = slide.outputs % 2;
  if constexpr (kRounding == Rounding::double_rounding)
    MOTE_CHANNELS(MOTE_BY_ONE, MOTE_FINISH_DOUBLE);
  else
    MOTE_CHANNELS(MOTE_BY_ONE, MOTE_FINISH_SINGLE);
}

template <Rounding kRounding>
void slide_by_two(const Slide& slide) {
  Slide now = slide;
  const int8_t* end = slide.strip + slide.outputs * 2 * kStripColumn;
  const uint32_t odd = 0;
  if constexpr (kRounding == Rounding::double_rounding)
    MOTE_CHANNELS(MOTE_BY_TWO, MOTE_FINISH_DOUBLE);
  else
    MOTE_CHANNELS(MOTE_BY_TWO, MOTE_FINISH_SINGLE);
}

template void slide_by_one<Rounding::double_rounding>(const Slide&);
template void slide_by_one<Rounding::single_rounding>(const Slide&);
template void slide_by_two<Rounding::double_rounding>(const Slide&);
template void slide_by_two<Rounding::single_rounding>(const Slide&);

#endif

}  // namespace mote::armv7e_m
