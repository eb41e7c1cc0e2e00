// A logarithm to the base 2, bit by bit: squaring a number doubles its logarithm.
#include "device/kernels/signal/logarithm.h"

namespace mote {

uint32_t bit_length(uint64_t value) {
  uint32_t bits = 0;
  for (uint32_t step = 32; step != 0; step /= 2)
    if (value >> step != 0) {
      value >>= step;
      bits += step;
    }
  return bits + static_cast<uint32_t>(value);
}

int32_t log2_of(uint64_t value) {
  const uint32_t bits = bit_length(value);
  auto mantissa = static_cast<uint32_t>(bits > 32 ? value >> (bits - 32) : value << (32 - bits));  // Q1.31, 1 to 2
  uint32_t result = bits - 1;
  for (uint32_t i = 0; i < 9; ++i) {  // one more bit than asked for, to round by
    const uint64_t square = uint64_t{mantissa} * mantissa;
    const auto carry = static_cast<uint32_t>(square >> 63);
    mantissa = static_cast<uint32_t>(square >> (31 + carry));
    result = 2 * result + carry;
  }
  return static_cast<int32_t>((result + 1) / 2);
}

}  // namespace mote
