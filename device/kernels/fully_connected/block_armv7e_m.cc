// Sums of products with four outputs, in assembler: 16 instructions for 16 products.
#include "device/kernels/fully_connected/block_armv7e_m.h"

#include "device/kernels/packed/armv7e_m/expand.h"
#include "device/kernels/packed/armv7e_m/requantize.h"

namespace mote::armv7e_m {

#if MOTE_SIMD32

namespace {

// Bytes of code before the first of the last `words` modulo four of four times MOTE_TAPS.
uint32_t skip_of(uint32_t words) { return (0 - words) % 4 * 64; }

}  // namespace

// clang-format off

// Four taps. r0 to r3: sums; r4, r5: the input; r6 to r9: weights of each output; r10: weights; r12: input.
#define MOTE_TAPS                  \
  "ldr r5, [r12], #4\n\t"          \
  "ldm r10!, {r6, r7, r8, r9}\n\t" \
  "sxtb16 r4, r5\n\t"              \
  "eor r5, r5, #0x007F007F\n\t"    \
  "smlad r0, r4, r6, r0\n\t"       \
  "smlad r1, r4, r7, r1\n\t"       \
  "smlad r2, r4, r8, r2\n\t"       \
  "smlad r3, r4, r9, r3\n\t"       \
  "sxtb16 r6, r6\n\t"              \
  "sxtb16 r7, r7\n\t"              \
  "sxtb16 r8, r8\n\t"              \
  "sxtb16 r9, r9\n\t"              \
  "smlad r0, r5, r6, r0\n\t"       \
  "smlad r1, r5, r7, r1\n\t"       \
  "smlad r2, r5, r8, r2\n\t"       \
  "smlad r3, r5, r9, r3\n\t"
// From the start of a chunk. r4: bytes of code to skip in the first turn; r11: the end of the input.
#if MOTE_SMALL
#define MOTE_CHUNK                 \
  "ldm r10!, {r0, r1, r2, r3}\n"   \
  "2:\n\t"                         \
  MOTE_TAPS                        \
  "cmp r12, r11\n\t"               \
  "bne 2b\n\t"
#else
#define MOTE_CHUNK                 \
  "ldm r10!, {r0, r1, r2, r3}\n\t" \
  ".balign 4\n\t"                  \
  "add pc, r4\n\t"                 \
  "nop\n"                          \
  "2:\n\t"                         \
  MOTE_TAPS MOTE_TAPS MOTE_TAPS MOTE_TAPS \
  "cmp r12, r11\n\t"               \
  "bne 2b\n\t"
#endif
// An output. Its record goes to r4 to r7: twice the bias, multiplier, addend, shift.
#define MOTE_FINISH_DOUBLE(sum)           \
  "ldm r9!, {r4, r5, r6, r7}\n\t"         \
  "add " sum ", r4, " sum ", asr #7\n\t"  \
  "smmlar r8, " sum ", r5, r6\n\t"        \
  "add r8, r8, " sum ", asr #31\n\t"      \
  "asr r8, r8, r7\n\t"                    \
  "ssat r8, #8, r8\n\t"                   \
  "strb r8, [lr], #1\n\t"
#define MOTE_FINISH_SINGLE(sum)           \
  "ldm r9!, {r4, r5, r6, r7}\n\t"         \
  "add " sum ", r4, " sum ", asr #7\n\t"  \
  "smmla r8, " sum ", r5, r6\n\t"         \
  "asr r8, r8, r7\n\t"                    \
  "ssat r8, #8, r8\n\t"                   \
  "strb r8, [lr], #1\n\t"
#define MOTE_RUN(finish)                                                                                             \
  asm volatile(                                                                                                      \
      "0:\n\t"                                                                                                       \
      "ldr r12, %[input]\n\t"                                                                                        \
      "ldr r4, %[skip]\n\t" MOTE_CHUNK                                                                               \
      "ldr r9, %[records]\n\t" finish("r0") finish("r1") finish("r2") finish("r3")                                   \
      "ldr r4, %[end]\n\t"                                                                                           \
      "str r9, %[records]\n\t"                                                                                       \
      "cmp lr, r4\n\t"                                                                                               \
      "bne 0b"                                                                                                       \
      : "+r"(w), "+r"(output), [records] "+m"(records)                                                               \
      : "r"(input_end), [input] "m"(input), [skip] "m"(skip), [end] "m"(end)                                         \
      : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r12", "cc", "memory")

const uint32_t* add_block(const uint32_t* weights, const int8_t* input, uint32_t words, int32_t* twice) {
  register const uint32_t* w asm("r10") = weights;
  register const int8_t* x asm("r12") = input;
  register uint32_t skip asm("r4") = skip_of(words);
  register const int8_t* input_end asm("r11") = input + 4 * words;
  asm volatile(MOTE_CHUNK
               "ldm %[twice], {r4, r5, r6, r7}\n\t"
               "add r4, r4, r0, asr #7\n\t"
               "add r5, r5, r1, asr #7\n\t"
               "add r6, r6, r2, asr #7\n\t"
               "add r7, r7, r3, asr #7\n\t"
               "stm %[twice], {r4, r5, r6, r7}"
               : "+r"(w), "+r"(x), "+r"(skip)
               : "r"(input_end), [twice] "r"(twice)
               : "r0", "r1", "r2", "r3", "r5", "r6", "r7", "r8", "r9", "cc", "memory");
  return w;
}

// clang-format on

template <Rounding kRounding>
void run_blocks(const Blocks& blocks) {
  const int8_t* const input = blocks.input;
  const Requantization* records = blocks.records;
  const int8_t* const end = blocks.output + blocks.count;
  const uint32_t skip = skip_of(static_cast<uint32_t>(blocks.input_end - blocks.input) / 4);
  register const uint32_t* w asm("r10") = blocks.weights;
  register const int8_t* input_end asm("r11") = blocks.input_end;
  register int8_t* output asm("lr") = blocks.output;
  if constexpr (kRounding == Rounding::double_rounding)
    MOTE_RUN(MOTE_FINISH_DOUBLE);
  else
    MOTE_RUN(MOTE_FINISH_SINGLE);
}

#else

const uint32_t* add_block(const uint32_t* weights, const int8_t* input, uint32_t words, int32_t* twice) {
  int32_t sums[kFullBlock];
  for (int32_t& sum : sums) sum = static_cast<int32_t>(*weights++);
  for (; words > 0; --words, input += 4) {
    uint32_t x[2];
    put_word(simd32::load(input), x, 1);
    for (int32_t& sum : sums) {
      sum = simd32::smlad(x[1], simd32::sxtb16(*weights), simd32::smlad(x[0], *weights, sum));
      ++weights;
    }
  }
  for (uint32_t i = 0; i < kFullBlock; ++i) twice[i] = simd32::add(twice[i], sums[i] >> 7);
  return weights;
}

template <Rounding kRounding>
void run_blocks(const Blocks& blocks) {
  const uint32_t* weights = blocks.weights;
  for (uint32_t first = 0; first < blocks.count; first += kFullBlock) {
    int32_t twice[kFullBlock] = {};
    weights = add_block(weights, blocks.input, static_cast<uint32_t>(blocks.input_end - blocks.input) / 4, twice);
    for (uint32_t i = 0; i < kFullBlock; ++i)
      blocks.output[first + i] = requantize<kRounding>(twice[i], blocks.records[first + i]);
  }
}

#endif

template void run_blocks<Rounding::double_rounding>(const Blocks&);
template void run_blocks<Rounding::single_rounding>(const Blocks&);

}  // namespace mote::armv7e_m
