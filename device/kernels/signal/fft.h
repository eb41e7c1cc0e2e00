// The Fourier transform of real numbers in 32 bits.
#pragma once

#include <stdint.h>

namespace mote {

constexpr uint32_t kLeastFftOrder = 6, kMostFftOrder = 10;  // 64 to 1024 points
constexpr uint32_t kFftBits = 29;                           // of N * the largest input

struct Complex {
  int32_t re, im;
};

// Bins of a transform of 2^order points.
constexpr uint32_t fft_bins(uint32_t order) { return (1u << (order - 1)) + 1; }

// In place. Before: N = 2^order real numbers, two in each value, the first as its real part. After: twice their transform, bins 0
// to N/2 (O43). No |input| above 2^29 / N, so that no bin's part leaves 2^30 by more than the rounding, and the bins' squares
// together not 2^60.
void real_fft(Complex* values, uint32_t order);

inline uint64_t power_of(Complex value) {
  return static_cast<uint64_t>(int64_t{value.re} * value.re) + static_cast<uint64_t>(int64_t{value.im} * value.im);
}

}  // namespace mote
