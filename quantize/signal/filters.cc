// Windows, mel triangles and cosines.
#include "quantize/signal/filters.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mote {
namespace {

constexpr double kOne = 32768;

int16_t fraction(double value) { return static_cast<int16_t>(std::clamp(std::round(value * kOne), -32768.0, 32767.0)); }

double mel_of(double hz) { return 2595 * std::log10(1 + hz / 700); }
double hz_of(double mel) { return 700 * (std::pow(10, mel / 2595) - 1); }

// Appends one band: the bins to which `weight` gives more than nothing, which are neighbours.
template <typename Weight>
void append_band(Bands& bands, uint32_t points, Weight weight) {
  int16_t first = 0, count = 0;
  for (uint32_t bin = 0; bin <= points / 2; ++bin) {
    const int16_t value = fraction(weight(bin));
    if (value <= 0) continue;
    if (count == 0) first = static_cast<int16_t>(bin);
    ++count;
    bands.weights.push_back(value);
  }
  bands.first.push_back(first);
  bands.count.push_back(count);
}

}  // namespace

Bands mel_bands(uint32_t bands, uint32_t points, double sample_rate_hz, double low_hz, double high_hz) {
  const double low = mel_of(low_hz), step = (mel_of(high_hz) - low) / (bands + 1);
  Bands result;
  for (uint32_t band = 0; band < bands; ++band) {
    const double left = hz_of(low + band * step), middle = hz_of(low + (band + 1) * step), right = hz_of(low + (band + 2) * step);
    append_band(result, points, [&](uint32_t bin) {
      const double hz = bin * sample_rate_hz / points;
      return std::min((hz - left) / (middle - left), (right - hz) / (right - middle));
    });
  }
  return result;
}

Bands even_bands(uint32_t bands, uint32_t points, double sample_rate_hz, double low_hz, double high_hz) {
  const double width = (high_hz - low_hz) / bands;
  Bands result;
  for (uint32_t band = 0; band < bands; ++band) {
    const double left = low_hz + band * width, right = left + width;
    append_band(result, points, [&](uint32_t bin) {
      const double hz = bin * sample_rate_hz / points;
      return hz >= left && (hz < right || (band + 1 == bands && hz <= right)) ? 1.0 : 0.0;
    });
  }
  return result;
}

std::vector<int16_t> hann_window(uint32_t count) {
  std::vector<int16_t> window(count);
  for (uint32_t i = 0; i < count; ++i) window[i] = fraction(0.5 - 0.5 * std::cos(2 * std::numbers::pi * i / count));
  return window;
}

std::vector<int16_t> dct_matrix(uint32_t coefficients, uint32_t bands) {
  std::vector<int16_t> matrix;
  for (uint32_t k = 0; k < coefficients; ++k)
    for (uint32_t b = 0; b < bands; ++b)
      matrix.push_back(fraction(std::sqrt((k == 0 ? 1.0 : 2.0) / bands) * std::cos(std::numbers::pi * k * (b + 0.5) / bands)));
  return matrix;
}

}  // namespace mote
