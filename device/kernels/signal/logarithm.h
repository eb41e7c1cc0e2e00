// Logarithms of integers.
#pragma once

#include <stdint.h>

namespace mote {

// Bits that `value` takes: 0 for 0.
uint32_t bit_length(uint64_t value);

constexpr int32_t kLogUnit = 256;  // of a doubling

// log2(value) in 1/256, rounded to nearest; value above 0 (O42).
int32_t log2_of(uint64_t value);

}  // namespace mote
