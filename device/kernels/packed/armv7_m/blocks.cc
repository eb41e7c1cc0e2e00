// Sums of products of one column with four output channels at a time, in assembler: 22 instructions for 16 products.
#include "device/kernels/packed/armv7_m/blocks.h"

#include <string.h>

#include "device/kernels/packed/armv7_m/requantize.h"

namespace mote::armv7_m {

#if MOTE_THUMB2

namespace {

// Bytes of code before the first of the last `taps / 4` modulo four of four times MOTE_TAPS.
uint32_t skip_of(uint32_t taps) { return (0 - taps / 4) % 4 * 88; }

}  // namespace

// clang-format off

// Two taps of four channels. r0, r1 and r2, r3: sums; r8, r9: weights; r11: the mask.
#define MOTE_TWO_TAPS(x, y)          \
  "ldm lr!, {r8, r9}\n\t"            \
  "and r10, r8, r11\n\t"             \
  "and r8, r11, r8, ror #16\n\t"     \
  "smlal r0, r1, r10, " x "\n\t"     \
  "smlal r2, r3, r8, " x "\n\t"      \
  "and r10, r9, r11\n\t"             \
  "and r9, r11, r9, ror #16\n\t"     \
  "smlal r0, r1, r10, " y "\n\t"     \
  "smlal r2, r3, r9, " y "\n\t"
#define MOTE_TAPS                    \
  "ldrsb r4, [r12], #1\n\t"          \
  "ldrsb r5, [r12], #1\n\t"          \
  "ldrsb r6, [r12], #1\n\t"          \
  "ldrsb r7, [r12], #1\n\t"          \
  MOTE_TWO_TAPS("r4", "r5") MOTE_TWO_TAPS("r6", "r7")
// A chunk: r0, what it starts at; r4, bytes of code to skip in the first turn; r12, the inputs; lr, the weights. The sums of
// channels a, b, c, d end in r4, r2, r6, r0.
#define MOTE_CHUNK                   \
  "mov r1, #0\n\t"                   \
  "mov r2, r0\n\t"                   \
  "mov r3, #0\n\t"                   \
  ".balign 4\n\t"                    \
  "add pc, r4\n\t" /* 4 bytes further than its own place and r4 */ \
  "nop\n"                            \
  "2:\n\t"                           \
  MOTE_TAPS MOTE_TAPS MOTE_TAPS MOTE_TAPS \
  "ldr r4, %[inputs_end]\n\t"        \
  "cmp r12, r4\n\t"                  \
  "bne 2b\n\t"                       \
  "bic r4, r0, #0xFF000000\n\t"      \
  "bic r6, r2, #0xFF000000\n\t"      \
  "lsr r0, r0, #24\n\t"              \
  "lsr r2, r2, #24\n\t"              \
  "orr r0, r0, r1, lsl #8\n\t"       \
  "orr r2, r2, r3, lsl #8\n\t"
// An output. Its record goes to r6 to r9, so c waits in r10.
#define MOTE_OUTPUT(round, sum)            \
  "ldm r12!, {r6, r7, r8, r9}\n\t"         \
  "add " sum ", r6, " sum ", lsl #1\n\t"   \
  round(sum, "r1", "r3")                   \
  "strb " sum ", [r5], #1\n\t"
#define MOTE_OUTPUTS(round)                \
  MOTE_OUTPUT(round, "r4") MOTE_OUTPUT(round, "r2") MOTE_OUTPUT(round, "r10") MOTE_OUTPUT(round, "r0")

const int8_t* add_block(const int8_t* weights, const int8_t* inputs, uint32_t taps, int32_t start, int32_t* sums) {
  const int8_t* const inputs_end = inputs + taps;
  int32_t* const to = sums;
  register int32_t first asm("r0") = start;
  register uint32_t skip asm("r4") = skip_of(taps);
  register const int8_t* x asm("r12") = inputs;
  register const int8_t* w asm("lr") = weights;
  asm volatile("mvn r11, #0xFF0000\n\t"
               "bic r11, r11, #0xFF00\n\t"
               MOTE_CHUNK
               "ldr r1, %[to]\n\t"
               "ldm r1, {r5, r7, r8, r9}\n\t"
               "add r5, r5, r4\n\t"
               "add r7, r7, r2\n\t"
               "add r8, r8, r6\n\t"
               "add r9, r9, r0\n\t"
               "stm r1, {r5, r7, r8, r9}"
               : "+r"(first), "+r"(skip), "+r"(x), "+r"(w)
               : [inputs_end] "m"(inputs_end), [to] "m"(to)
               : "r1", "r2", "r3", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "cc", "memory");
  return w;
}

void run_blocks(const Blocks& blocks) {
  Blocks now = blocks;
  const uint32_t skip = skip_of(static_cast<uint32_t>(now.inputs_end - now.inputs));
  const uint32_t single = now.rounding == Rounding::single_rounding;
  asm volatile("ldr lr, %[weights]\n\t"
               "mvn r11, #0xFF0000\n\t"
               "bic r11, r11, #0xFF00\n"
               "1:\n\t"
               "ldr r0, %[start]\n\t"
               "ldr r4, %[skip]\n\t"
               "ldr r12, %[inputs]\n\t"
               MOTE_CHUNK
               "ldr r12, %[records]\n\t"
               "ldr r5, %[output]\n\t"
               "mov r10, r6\n\t"
               "ldr r6, %[single]\n\t"
               "cbz r6, 3f\n\t"
               "b 4f\n"
               "3:\n\t"
               MOTE_OUTPUTS(MOTE_ROUND_DOUBLE)
               "b 5f\n"
               "4:\n\t"
               MOTE_OUTPUTS(MOTE_ROUND_SINGLE)
               "5:\n\t"
               "ldr r4, %[output_end]\n\t"
               "str r12, %[records]\n\t"
               "str r5, %[output]\n\t"
               "cmp r5, r4\n\t"
               "bne 1b"
               : [records] "+m"(now.records), [output] "+m"(now.output)
               : [weights] "m"(now.weights), [inputs] "m"(now.inputs), [inputs_end] "m"(now.inputs_end), [start] "m"(now.start),
                 [skip] "m"(skip), [single] "m"(single), [output_end] "m"(now.output_end)
               : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

// clang-format on

#else

const int8_t* add_block(const int8_t* weights, const int8_t* inputs, uint32_t taps, int32_t start, int32_t* sums) {
  constexpr uint32_t kMask = 0xFF0000FF;
  int64_t lanes[2] = {start, start};
  for (uint32_t tap = 0; tap < taps; ++tap, weights += 4) {
    uint32_t word;
    memcpy(&word, weights, 4);
    lanes[0] += int64_t{static_cast<int32_t>(word & kMask)} * inputs[tap];
    lanes[1] += int64_t{static_cast<int32_t>((word >> 16 | word << 16) & kMask)} * inputs[tap];
  }
  for (uint32_t i = 0; i < 2; ++i) {
    sums[2 * i] = add(sums[2 * i], static_cast<int32_t>(lanes[i] & 0xFFFFFF));
    sums[3 - 2 * i] = add(sums[3 - 2 * i], static_cast<int32_t>(lanes[i] >> 24));
  }
  return weights;
}

void run_blocks(const Blocks& blocks) {
  const int8_t* weights = blocks.weights;
  const Requantization* record = blocks.records;
  for (int8_t* output = blocks.output; output < blocks.output_end;) {
    int32_t sums[kWordBlock] = {};
    weights = add_block(weights, blocks.inputs, static_cast<uint32_t>(blocks.inputs_end - blocks.inputs), blocks.start, sums);
    for (const int32_t sum : sums) *output++ = requantize(sum, *record++, blocks.rounding);
  }
}

#endif

}  // namespace mote::armv7_m
