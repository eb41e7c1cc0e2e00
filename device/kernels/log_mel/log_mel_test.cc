// log_mel and dct against real arithmetic, at the edges, and within their memory.
#include "device/kernels/log_mel/log_mel.h"

#include <gtest/gtest.h>

#include <complex>

#include "device/kernels/dct/dct.h"
#include "device/kernels/signal/logarithm.h"
#include "device/kernels/test/draw.h"

namespace mote {
namespace {

constexpr double kRound = 2 * 3.14159265358979323846;

struct DrawnMel {
  std::vector<int16_t> window, places, weights;
  LogMel mel{};
  std::vector<int16_t> input;

  explicit DrawnMel(Random& random) {
    mel.order = static_cast<uint32_t>(draw(random, kLeastFftOrder, kMostFftOrder));
    mel.frame = static_cast<uint32_t>(draw(random, 1, 1 << mel.order));
    mel.hop = static_cast<uint32_t>(draw(random, 1, 2 << mel.order));
    mel.frames = static_cast<uint32_t>(draw(random, 1, 3));
    mel.bands = static_cast<uint32_t>(draw(random, 1, 12));
    const int shape = draw(random, 0, 2);
    for (uint32_t i = 0; i < mel.frame; ++i)
      window.push_back(static_cast<int16_t>(shape == 0   ? 32767 * (0.5 - 0.5 * std::cos(kRound * i / mel.frame))
                                            : shape == 1 ? 32767
                                                         : draw(random, -32768, 32767)));
    std::vector<int16_t> counts;
    const auto bins = static_cast<int>(fft_bins(mel.order));
    for (uint32_t b = 0; b < mel.bands; ++b) {
      const int first = draw(random, 0, bins - 1), count = draw(random, 1, bins - first);
      places.push_back(static_cast<int16_t>(first));
      counts.push_back(static_cast<int16_t>(count));
      const bool full = draw(random, 0, 2) == 0;
      for (int i = 0; i < count; ++i) weights.push_back(static_cast<int16_t>(full ? 32767 : draw(random, 0, 32767)));
    }
    places.insert(places.end(), counts.begin(), counts.end());
    mel.window = window.data();
    mel.places = places.data();
    mel.weights = weights.data();
    mel.floor = static_cast<int16_t>(draw(random, 0, 2) == 0 ? -32768 : draw(random, -2000, 8000));
    const int kind = draw(random, 0, 6), spread = 1 << draw(random, 0, 15), period = 1 << draw(random, 0, 6);
    for (uint32_t i = 0; i < mel.frame + (mel.frames - 1) * mel.hop; ++i)
      input.push_back(static_cast<int16_t>(kind == 0   ? -32768
                                           : kind == 1 ? (i / static_cast<uint32_t>(period) % 2 == 0 ? 32767 : -32768)
                                           : kind == 2 ? 0
                                           : kind == 3 ? std::lround(32767 * std::sin(0.01 * period * i))
                                                       : std::clamp(draw(random, -spread, spread), -32768, 32767)));
  }
};

// Of one frame, in the real powers of raw steps; the highest of all bins besides.
std::vector<double> real_bands(const LogMel& mel, const int16_t* samples, double* highest) {
  const uint32_t points = 1u << mel.order;
  std::vector<double> powers;
  for (uint32_t k = 0; k <= points / 2; ++k) {
    std::complex<double> sum = 0;
    for (uint32_t n = 0; n < mel.frame; ++n)
      sum += samples[n] * (mel.window[n] / 32768.0) * std::polar(1.0, -kRound * (k * n % points) / points);
    powers.push_back(std::norm(sum));
  }
  *highest = *std::max_element(powers.begin(), powers.end());
  std::vector<double> bands;
  const int16_t* weight = mel.weights;
  for (uint32_t b = 0; b < mel.bands; ++b) {
    double sum = 0;
    for (int i = 0; i < mel.places[mel.bands + b]; ++i)
      sum += powers[static_cast<size_t>(mel.places[b] + i)] * *weight++ / 32768.0;
    bands.push_back(sum);
  }
  return bands;
}

TEST(LogMel, O52_IsNearTheRealOne) {
  Random random(1);
  double worst = 0;
  for (int i = 0; i < 60; ++i) {
    const DrawnMel drawn(random);
    const LogMel& mel = drawn.mel;
    std::vector<int16_t> output(mel.frames * mel.bands + 1, 77);
    std::vector<Complex> spectrum(fft_bins(mel.order) + 1, Complex{78, 79});
    log_mel_reference(mel, drawn.input.data(), output.data(), spectrum.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    ASSERT_EQ(spectrum.back().im, 79) << "wrote past the end of its work";
    for (uint32_t f = 0; f < mel.frames; ++f) {
      double highest = 0;
      const std::vector<double> bands = real_bands(mel, drawn.input.data() + size_t{f} * mel.hop, &highest);
      for (uint32_t b = 0; b < mel.bands; ++b) {
        const int got = output[f * mel.bands + b];
        ASSERT_GE(got, mel.floor);
        const double noise = highest * 1e-7;  // of sines in 16 bits: 70 dB below the highest bin
        if (bands[b] < noise || bands[b] == 0) {
          ASSERT_LE(got, std::max<double>(mel.floor, 256 * std::log2(noise * 2 + 1e-30))) << i;
          continue;
        }
        const double real = std::max<double>(mel.floor, 256 * std::log2(bands[b]));
        worst = std::max(worst, std::abs(got - real) / (1 + 150 * std::sqrt(noise / bands[b])));
      }
    }
  }
  EXPECT_LT(worst, 2.0) << "in 1/256 of a doubling, 0.012 dB";
}

TEST(LogMel, O52_OfSilenceIsItsFloor) {
  const std::vector<int16_t> window(64, 32767), silence(200, 0), places = {0, 5, 3, 20}, weights(23, 32767);
  std::vector<Complex> spectrum(fft_bins(6));
  std::vector<int16_t> output(6);
  log_mel_reference({3, 64, 64, 6, 2, window.data(), places.data(), weights.data(), 1234}, silence.data(), output.data(),
                    spectrum.data());
  EXPECT_EQ(output, std::vector<int16_t>(6, 1234));
}

// A sine of amplitude a in the middle of a bin has the power (a * N / 2)^2 there.
TEST(LogMel, O52_ByHand) {
  std::vector<int16_t> window(256, 32767), sine;
  for (int i = 0; i < 256; ++i) sine.push_back(static_cast<int16_t>(std::lround(1000 * std::sin(kRound * 16 * i / 256))));
  const std::vector<int16_t> places = {16, 1}, weights = {32767};
  std::vector<Complex> spectrum(fft_bins(8));
  int16_t output = 0;
  log_mel_reference({1, 256, 1, 8, 1, window.data(), places.data(), weights.data(), 0}, sine.data(), &output, spectrum.data());
  EXPECT_NEAR(output, 256 * 2 * std::log2(1000 * 128), 1);
}

TEST(Dct, O53_EqualsItsDefinition) {
  Random random(3);
  for (int i = 0; i < 500; ++i) {
    const auto rows = static_cast<uint32_t>(draw(random, 1, 4)), bands = static_cast<uint32_t>(draw(random, 1, 50)),
               coefficients = static_cast<uint32_t>(draw(random, 1, 20)), shift = static_cast<uint32_t>(draw(random, 0, 15));
    const int ends = draw(random, 0, 2);
    const auto number = [&] { return static_cast<int16_t>(ends == 0 ? -32768 : draw(random, -32768, 32767)); };
    std::vector<int16_t> input(rows * bands), matrix(coefficients * bands), output(rows * coefficients + 1, 77);
    for (int16_t& value : input) value = number();
    for (int16_t& value : matrix) value = number();
    dct_reference({rows, bands, coefficients, shift, matrix.data()}, input.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (uint32_t r = 0; r < rows; ++r)
      for (uint32_t c = 0; c < coefficients; ++c) {
        double sum = 0;
        for (uint32_t b = 0; b < bands; ++b) sum += double{1} * input[r * bands + b] * matrix[c * bands + b];
        ASSERT_EQ(output[r * coefficients + c],
                  std::clamp(std::floor(std::ldexp(sum, -15 - static_cast<int>(shift)) + 0.5), -32768.0, 32767.0));
      }
  }
}

}  // namespace
}  // namespace mote
