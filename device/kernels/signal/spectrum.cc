// Windows, scales and transforms a piece of a signal: the largest number takes all the bits that the transform has room for.
#include "device/kernels/signal/spectrum.h"

#include "device/kernels/signal/logarithm.h"

namespace mote {
namespace {

// Below 2^32 as a magnitude: (2^16 - 1) * 2^15.
int64_t windowed(const Piece& piece, uint32_t i) {
  return int64_t{piece.samples[i * piece.stride] - piece.middle} * piece.window[i];
}

// By 2^-shift, rounded, halves upward; a negative shift is exact.
int32_t scaled(int64_t value, int32_t shift) {
  if (shift <= 0) return static_cast<int32_t>(value * (int64_t{1} << -shift));
  return static_cast<int32_t>((value + (int64_t{1} << (shift - 1))) >> shift);
}

int32_t shift_of(uint32_t bits, uint32_t order) { return static_cast<int32_t>(bits + order) - static_cast<int32_t>(kFftBits); }

}  // namespace

uint32_t piece_bits(const Piece& piece) {
  uint64_t all = 0;
  for (uint32_t i = 0; i < piece.count; ++i) {
    const int64_t value = windowed(piece, i);
    all |= static_cast<uint64_t>(value < 0 ? -value : value);
  }
  return bit_length(all);
}

void spectrum_of(const Piece& piece, uint32_t bits, Complex* spectrum) {
  const int32_t shift = shift_of(bits, piece.order);
  const uint32_t pairs = 1u << (piece.order - 1);
  for (uint32_t k = 0; k < pairs; ++k) {
    const uint32_t i = 2 * k;
    spectrum[k].re = i < piece.count ? scaled(windowed(piece, i), shift) : 0;
    spectrum[k].im = i + 1 < piece.count ? scaled(windowed(piece, i + 1), shift) : 0;
  }
  real_fft(spectrum, piece.order);
}

int32_t power_offset(uint32_t bits, uint32_t order) {
  // twice a transform, so 4 times a power; the window's 2^30; the sum's 2^15 less the powers' 2^14
  return kLogUnit * (2 * shift_of(bits, order) - 2 - 30 - 15 + static_cast<int32_t>(kPowerShift));
}

}  // namespace mote
