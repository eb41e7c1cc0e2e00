// From a sum of products to an int8 output (packed/armv7_m.h).
#pragma once

#include "device/kernels/packed/armv7_m.h"
#include "device/kernels/requantize.h"

// The loops that are written out in assembler need the Thumb-2 encoding.
#if defined(__thumb2__)
#define MOTE_THUMB2 1
#else
#define MOTE_THUMB2 0
#endif

namespace mote::armv7_m {

// Sums wrap modulo 2^32, as the instructions do.
inline int32_t add(int32_t a, int32_t b) { return static_cast<int32_t>(static_cast<uint32_t>(a) + static_cast<uint32_t>(b)); }

// The result is limited to int8.
inline int8_t requantize(int32_t sum, const Requantization& record, Rounding rounding) {
  const int32_t a = add(record.twice_bias, add(sum, sum));
  const int64_t product = int64_t{a} * record.multiplier;
  const int32_t b = rounding == Rounding::double_rounding
                        ? add(static_cast<int32_t>((product + (int64_t{1} << 31)) >> 32), a < 0 ? -1 : 0)
                        : static_cast<int32_t>(product >> 32);
  return static_cast<int8_t>(clamp(add(record.addend, b) >> record.shift, INT8_MIN, INT8_MAX));
}

// The fused activation, on outputs that are limited to int8 already.
void clamp_outputs(int8_t* values, size_t count, const Ending& ending);

}  // namespace mote::armv7_m

// A sum to int8 in assembler: `sum` is a, r7 to r9 are the record's multiplier, addend and shift; low and high are lost.
// clang-format off
#define MOTE_ROUND_DOUBLE(sum, low, high)           \
  "smull " low ", " high ", " sum ", r7\n\t"        \
  "add " sum ", r8, " sum ", asr #31\n\t"           \
  "add " high ", " high ", " low ", lsr #31\n\t"    \
  "add " sum ", " sum ", " high "\n\t"              \
  "asr " sum ", " sum ", r9\n\t"                    \
  "ssat " sum ", #8, " sum "\n\t"
#define MOTE_ROUND_SINGLE(sum, low, high)           \
  "smull " low ", " high ", " sum ", r7\n\t"        \
  "add " sum ", r8, " high "\n\t"                   \
  "asr " sum ", " sum ", r9\n\t"                    \
  "ssat " sum ", #8, " sum "\n\t"
// clang-format on
