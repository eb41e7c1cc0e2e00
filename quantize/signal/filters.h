// The constants of signal front ends, in 1/2^15.
#pragma once

#include <cstdint>
#include <vector>

namespace mote {

// Bins of a spectrum under each band, and their weights, one band after the other.
struct Bands {
  std::vector<int16_t> first, count, weights;
};

// Of `bands` triangles whose corners lie evenly on the mel scale, 2595 * log10(1 + f / 700), weights linear in the frequency. A
// band without a bin has count 0.
Bands mel_bands(uint32_t bands, uint32_t points, double sample_rate_hz, double low_hz, double high_hz);

// Neighbouring rectangles of equal width.
Bands even_bands(uint32_t bands, uint32_t points, double sample_rate_hz, double low_hz, double high_hz);

// Periodic: (1 - cos(2 pi i / count)) / 2.
std::vector<int16_t> hann_window(uint32_t count);

// The first `coefficients` rows of the orthonormal DCT-II.
std::vector<int16_t> dct_matrix(uint32_t coefficients, uint32_t bands);

}  // namespace mote
