// Sums of products for Armv7E-M, in assembler: two output channels at a time, then both requantized.
//
// GCC finds neither the loads of several words nor an allocation without spills for this loop; by hand it has 17 instructions for
// 24 products with three pixels, and 9.5 per output around it.
#include "device/kernels/conv_2d/multiply_armv7e_m.h"

#include "device/kernels/packed/armv7e_m/requantize.h"

namespace mote::armv7e_m {
namespace {

#if MOTE_SIMD32

// r0, r1, r2   sums of the first channel, by pixel       r8, r9, r10  words of the pixels
// r3, r4, r5   sums of the second channel                r11, r12     weights, columns
// r6, r7       weights of four taps of each channel      lr           Pixels
static_assert(sizeof(void*) == 4 && sizeof(Pixels) == 36, "the places of the members below");
#define MOTE_WEIGHTS "[lr, #0]"
#define MOTE_RECORDS "[lr, #4]"
#define MOTE_COLUMNS "[lr, #8]"
#define MOTE_END "[lr, #12]"
#define MOTE_SKIP "[lr, #16]"
#define MOTE_CHANNELS "[lr, #20]"
#define MOTE_OUTPUTS "#24"

#define MOTE_PRODUCTS_1 "ldr r8, [r12], #4\n\t smlad r0, r8, r6, r0\n\t smlad r3, r8, r7, r3\n\t"
#define MOTE_PRODUCTS_2                                                          \
  "ldrd r8, r9, [r12], #8\n\t smlad r0, r8, r6, r0\n\t smlad r3, r8, r7, r3\n\t" \
  "smlad r1, r9, r6, r1\n\t smlad r4, r9, r7, r4\n\t"
#define MOTE_PRODUCTS_3                                                           \
  "ldm r12!, {r8, r9, r10}\n\t smlad r0, r8, r6, r0\n\t smlad r3, r8, r7, r3\n\t" \
  "smlad r1, r9, r6, r1\n\t smlad r4, r9, r7, r4\n\t smlad r2, r10, r6, r2\n\t"   \
  "smlad r5, r10, r7, r5\n\t"
// Four taps: 4 * (5 + 4 * pixels) bytes of code.
#define MOTE_TAPS(products) "ldrd r6, r7, [r11], #8\n\t" products "sxtb16 r6, r6\n\t sxtb16 r7, r7\n\t" products

// A channel's record is in r6 to r9: twice the bias, multiplier, addend, shift.
#define MOTE_FINISH_DOUBLE(sum)                                                                 \
  "add " sum ", r6, " sum ", asr #7\n\t smmlar r10, " sum ", r7, r8\n\t add " sum ", r10, " sum \
  ", asr #31\n\t"                                                                               \
  "asr " sum ", " sum ", r9\n\t ssat " sum ", #8, " sum "\n\t"
#define MOTE_FINISH_SINGLE(sum)                                                               \
  "add " sum ", r6, " sum ", asr #7\n\t smmla " sum ", " sum ", r7, r8\n\t asr " sum ", " sum \
  ", r9\n\t"                                                                                  \
  "ssat " sum ", #8, " sum "\n\t"
#define MOTE_CHANNEL(finish) "ldm r12!, {r6, r7, r8, r9}\n\t" finish

#define MOTE_BLOCKS(taps, spread, finish_first, finish_second, store_first, store_second)                  \
  asm volatile("ldr r11, " MOTE_WEIGHTS                                                                    \
               "\n"                                                                                        \
               "1:\n\t"                                                                                    \
               "ldrd r0, r3, [r11], #8\n\t"                                                                \
               "ldr r12, " MOTE_COLUMNS                                                                    \
               "\n\t"                                                                                      \
               "ldr r6, " MOTE_SKIP "\n\t" spread                                                          \
               ".balign 4\n\t"                                                                             \
               "add pc, r6\n\t" /* 4 bytes further than its own place and r6 */                            \
               "nop\n"                                                                                     \
               "2:\n\t" taps taps taps taps "ldr r6, " MOTE_END                                            \
               "\n\t"                                                                                      \
               "cmp r12, r6\n\t"                                                                           \
               "bne 2b\n\t"                                                                                \
               "ldr r12, " MOTE_RECORDS "\n\t" MOTE_CHANNEL(finish_first)                                  \
                   MOTE_CHANNEL(finish_second) "str r12, " MOTE_RECORDS                                    \
                                               "\n\t"                                                      \
                                               "add r12, lr, " MOTE_OUTPUTS                                \
                                               "\n\t"                                                      \
                                               "ldr r9, " MOTE_CHANNELS                                    \
                                               "\n\t"                                                      \
                                               "ldm r12, {r6, r7, r8}\n\t"                                 \
                                               "subs r9, r9, #2\n\t" store_first "blt 3f\n\t" store_second \
                                               "stm r12, {r6, r7, r8}\n\t"                                 \
                                               "str r9, " MOTE_CHANNELS                                    \
                                               "\n\t"                                                      \
                                               "bne 1b\n"                                                  \
                                               "3:"                                                        \
               : "+r"(here)                                                                                \
               :                                                                                           \
               : "r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "cc", "memory")

#define MOTE_ONE(finish) \
  MOTE_BLOCKS(MOTE_TAPS(MOTE_PRODUCTS_1), "", finish("r0"), finish("r3"), "strb r0, [r6], #1\n\t", "strb r3, [r6], #1\n\t")
#define MOTE_TWO(finish)                                                                                                         \
  MOTE_BLOCKS(MOTE_TAPS(MOTE_PRODUCTS_2), "mov r1, r0\n\t mov r4, r3\n\t", finish("r0") finish("r1"), finish("r3") finish("r4"), \
              "strb r0, [r6], #1\n\t strb r1, [r7], #1\n\t", "strb r3, [r6], #1\n\t strb r4, [r7], #1\n\t")
#define MOTE_THREE(finish)                                                                               \
  MOTE_BLOCKS(MOTE_TAPS(MOTE_PRODUCTS_3), "mov r1, r0\n\t mov r2, r0\n\t mov r4, r3\n\t mov r5, r3\n\t", \
              finish("r0") finish("r1") finish("r2"), finish("r3") finish("r4") finish("r5"),            \
              "strb r0, [r6], #1\n\t strb r1, [r7], #1\n\t strb r2, [r8], #1\n\t",                       \
              "strb r3, [r6], #1\n\t strb r4, [r7], #1\n\t strb r5, [r8], #1\n\t")

template <Rounding kRounding>
[[gnu::noinline]] void three_pixels(Pixels& pixels) {
  register Pixels* here asm("lr") = &pixels;
  if constexpr (kRounding == Rounding::double_rounding)
    MOTE_THREE(MOTE_FINISH_DOUBLE);
  else
    MOTE_THREE(MOTE_FINISH_SINGLE);
}
template <Rounding kRounding>
[[gnu::noinline]] void two_pixels(Pixels& pixels) {
  register Pixels* here asm("lr") = &pixels;
  if constexpr (kRounding == Rounding::double_rounding)
    MOTE_TWO(MOTE_FINISH_DOUBLE);
  else
    MOTE_TWO(MOTE_FINISH_SINGLE);
}
template <Rounding kRounding>
[[gnu::noinline]] void one_pixel(Pixels& pixels) {
  register Pixels* here asm("lr") = &pixels;
  if constexpr (kRounding == Rounding::double_rounding)
    MOTE_ONE(MOTE_FINISH_DOUBLE);
  else
    MOTE_ONE(MOTE_FINISH_SINGLE);
}

#endif

// One pixel's sum over `words` words of a channel, twice the true one. Folded every 512 taps, which never leave 24 bits, if
// `far`.
template <bool kFar>
int32_t sum_of(const uint32_t* weights, const uint32_t* columns, uint32_t words, uint32_t pixels, int32_t start) {
  constexpr uint32_t kFold = kChunkTaps / 4;
  int64_t folded = 0;
  int32_t sum = start;
  for (uint32_t i = 0; i < words; ++i, weights += kConvBlock, columns += 2 * pixels) {
    if (kFar && i % kFold == 0) folded += sum, sum = 0;
    sum = simd32::smlad(columns[pixels], simd32::sxtb16(*weights), simd32::smlad(columns[0], *weights, sum));
  }
  return static_cast<int32_t>((folded + sum) >> 7);
}

template <Rounding kRounding>
void any_pixels(Pixels& pixels, uint32_t count) {
  const auto words = static_cast<uint32_t>(pixels.end - pixels.columns) / (2 * count);
  const uint32_t* w = pixels.weights;
  for (; pixels.channels > 0; pixels.channels -= kConvBlock, w += kConvBlock * (1 + words))
    for (uint32_t channel = 0; channel < kConvBlock; ++channel, ++pixels.records) {
      if (pixels.channels <= static_cast<int32_t>(channel)) break;
      for (uint32_t i = 0; i < count; ++i) {
        const uint32_t* column = pixels.columns + i;
        const auto start = static_cast<int32_t>(w[channel]);
        const int32_t twice = count == 1 ? sum_of<true>(w + kConvBlock + channel, column, words, count, start)
                                         : sum_of<false>(w + kConvBlock + channel, column, words, count, start);
        *pixels.outputs[i]++ = requantize<kRounding>(twice, *pixels.records);
      }
    }
}

template <Rounding kRounding>
void choose(Pixels& pixels, uint32_t count) {
#if MOTE_SIMD32
  if (count == 3) return three_pixels<kRounding>(pixels);
  if (count == 2) return two_pixels<kRounding>(pixels);
  if (pixels.end <= pixels.columns + kChunkTaps / 2) return one_pixel<kRounding>(pixels);
#endif
  any_pixels<kRounding>(pixels, count);
}

}  // namespace

void multiply(Pixels& pixels, uint32_t count, Rounding rounding) {
  const auto words = static_cast<uint32_t>(pixels.end - pixels.columns) / (2 * count);
  pixels.skip = (0 - words) % 4 * 4 * (5 + 4 * count);
  if (rounds_twice(rounding))
    choose<Rounding::double_rounding>(pixels, count);
  else
    choose<Rounding::single_rounding>(pixels, count);
}

}  // namespace mote::armv7e_m
