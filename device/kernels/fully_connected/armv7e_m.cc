// Fully connected layer for Armv7E-M: four outputs at a time.
#include "device/kernels/packed/armv7e_m.h"

#include "device/kernels/packed/armv7e_m/expand.h"
#include "device/kernels/packed/armv7e_m/requantize.h"

namespace mote::armv7e_m {
namespace {

struct FullSums {
  int32_t of[kFullBlock];
};

#if MOTE_SIMD32

// Four taps. r4 and r5 are what the input became, r8 to r11 the words of the four outputs.
#define MOTE_FULL_TAPS                \
  "ldrd %[p], %[v], [%[x]], #8\n\t"   \
  "ldm %[w]!, {r8, r9, r10, r11}\n\t" \
  "smlad %[s0], %[p], r8, %[s0]\n\t"  \
  "smlad %[s1], %[p], r9, %[s1]\n\t"  \
  "smlad %[s2], %[p], r10, %[s2]\n\t" \
  "smlad %[s3], %[p], r11, %[s3]\n\t" \
  "sxtb16 r8, r8\n\t"                 \
  "sxtb16 r9, r9\n\t"                 \
  "sxtb16 r10, r10\n\t"               \
  "sxtb16 r11, r11\n\t"               \
  "smlad %[s0], %[v], r8, %[s0]\n\t"  \
  "smlad %[s1], %[v], r9, %[s1]\n\t"  \
  "smlad %[s2], %[v], r10, %[s2]\n\t" \
  "smlad %[s3], %[v], r11, %[s3]\n\t"
#define MOTE_FULL_ADD(taps)                                                                                               \
  asm volatile("1:\n\t" taps "cmp %[x], %[end]\n\tbne 1b"                                                                 \
               : [s0] "+r"(sums.of[0]), [s1] "+r"(sums.of[1]), [s2] "+r"(sums.of[2]), [s3] "+r"(sums.of[3]), [w] "+r"(w), \
                 [x] "+r"(x), [p] "=&r"(p), [v] "=&r"(v)                                                                  \
               : [end] "r"(end)                                                                                           \
               : "r8", "r9", "r10", "r11", "cc", "memory")

void add_words(FullSums& sums, const uint32_t*& w, const uint32_t*& x, const uint32_t* end) {
  uint32_t p, v;
  MOTE_FULL_ADD(MOTE_FULL_TAPS);
}
void add_fours(FullSums& sums, const uint32_t*& w, const uint32_t*& x, const uint32_t* end) {
  uint32_t p, v;
  MOTE_FULL_ADD(MOTE_FULL_TAPS MOTE_FULL_TAPS MOTE_FULL_TAPS MOTE_FULL_TAPS);
}

#else

void add_words(FullSums& sums, const uint32_t*& w, const uint32_t*& x, const uint32_t* end) {
  for (; x != end; w += kFullBlock, x += 2)
    for (uint32_t i = 0; i < kFullBlock; ++i)
      sums.of[i] = simd32::smlad(x[1], simd32::sxtb16(w[i]), simd32::smlad(x[0], w[i], sums.of[i]));
}
void add_fours(FullSums& sums, const uint32_t*& w, const uint32_t*& x, const uint32_t* end) { add_words(sums, w, x, end); }

#endif

// Adds twice the sums over a chunk.
void add_chunk(FullSums& all, const uint32_t*& w, const uint32_t*& x, uint32_t words) {
  FullSums sums;
  for (int32_t& sum : sums.of) sum = static_cast<int32_t>(*w++);
  const uint32_t odd = words % 4;
  if (odd != 0) add_words(sums, w, x, x + 2 * odd);
  if (words != odd) add_fours(sums, w, x, x + 2 * (words - odd));
  for (uint32_t i = 0; i < kFullBlock; ++i) all.of[i] = simd32::add(all.of[i], sums.of[i] >> 7);
}

template <Rounding kRounding>
void multiply(const FullyConnectedShape& shape, const Packed& packed, const uint32_t* expanded, int8_t* output) {
  constexpr uint32_t kChunk = kChunkTaps / 4;
  const uint32_t* w = packed.weights;
  for (uint32_t first = 0; first < shape.outputs; first += kFullBlock) {
    FullSums sums = {};
    const uint32_t* x = expanded;
    for (uint32_t left = words_of(shape.inputs), count; left > 0; left -= count) {
      count = left < kChunk ? left : kChunk;
      add_chunk(sums, w, x, count);
    }
    for (uint32_t i = 0; i < kFullBlock && first + i < shape.outputs; ++i)
      output[first + i] = requantize<kRounding>(sums.of[i], packed.records[first + i]);
  }
}

// The input as the sums take it; what fills the last word meets weights of 0.
void expand_input(const int8_t* input, uint32_t inputs, uint32_t* to) {
  const uint32_t whole = inputs / 4;
  expand(input, whole, to, 1);
  if (inputs % 4 == 0) return;
  uint32_t last = 0;
  memcpy(&last, input + 4 * whole, inputs % 4);
  put_word(last, to, 1);
}

}  // namespace

size_t fully_connected_scratch(uint32_t inputs) { return 8 * size_t{words_of(inputs)}; }

void fully_connected(const FullyConnectedShape& shape, const Packed& packed, const Ending& ending, const int8_t* input,
                     int8_t* output, void* scratch) {
  uint32_t* const expanded = static_cast<uint32_t*>(scratch);
  expand_input(input, shape.inputs, expanded);
  if (ending.rounding == Rounding::double_rounding)
    multiply<Rounding::double_rounding>(shape, packed, expanded, output);
  else
    multiply<Rounding::single_rounding>(shape, packed, expanded, output);
  clamp_outputs(output, shape.outputs, ending);
}

}  // namespace mote::armv7e_m
