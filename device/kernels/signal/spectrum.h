// The power spectrum of a piece of a signal.
#pragma once

#include <stddef.h>

#include "device/kernels/signal/fft.h"

namespace mote {

// A piece of `count` samples, `stride` apart, less `middle`; times a window in 1/2^15; padded by zeros to 2^order points.
struct Piece {
  const int16_t* samples;
  size_t stride;
  uint32_t count;  // at most 2^order
  int32_t middle;  // of int16
  const int16_t* window;
  uint32_t order;
};

// Powers are taken in 2^14ths, so that 2^15 times all of them together stays below 2^62.
constexpr uint32_t kPowerShift = 14;

inline uint64_t scaled_power(Complex bin) { return power_of(bin) >> kPowerShift; }

// The most bits that |(sample - middle) * window| takes.
uint32_t piece_bits(const Piece& piece);

// Fills the bins of `spectrum` from numbers brought to kFftBits - order bits from `bits`, which no number passes (O44).
void spectrum_of(const Piece& piece, uint32_t bits, Complex* spectrum);

// What to add, in 1/256, to the logarithm of a sum of (2^15 * scaled_power) for that of the power itself, in raw steps.
int32_t power_offset(uint32_t bits, uint32_t order);

}  // namespace mote
