// spectral_features against real arithmetic, at the edges, and within its memory.
#include "device/kernels/spectral_features/spectral_features.h"

#include <gtest/gtest.h>

#include <complex>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

constexpr double kCycle = 2 * 3.14159265358979323846;

struct Described {
  uint32_t order = 6;
  std::vector<int16_t> window, places;
  std::vector<int16_t> output;

  Described(const std::vector<int16_t>& input, uint32_t channels, uint32_t of_order, int16_t floor = -32768) : order(of_order) {
    const uint32_t points = 1u << order, half = points / 4;
    for (uint32_t i = 0; i < points; ++i)
      window.push_back(static_cast<int16_t>(std::lround(32767 * (0.5 - 0.5 * std::cos(kCycle * i / points)))));
    places = {0, static_cast<int16_t>(half), static_cast<int16_t>(half), static_cast<int16_t>(half + 1)};
    output.assign(channels * 9 + 1, 77);
    std::vector<Complex> spectrum(fft_bins(order) + 1, Complex{78, 79});
    std::vector<uint64_t> powers(fft_bins(order) + 1, 80);
    const auto samples = static_cast<uint32_t>(input.size()) / channels;
    spectral_features_reference({samples, channels, order, 2, window.data(), places.data(), floor}, input.data(), output.data(),
                                spectrum.data(), powers.data());
    EXPECT_EQ(output.back(), 77) << "wrote past the end";
    EXPECT_EQ(spectrum.back().im, 79) << "wrote past the end of its work";
    EXPECT_EQ(powers.back(), 80u) << "wrote past the end of its work";
  }

  int of(uint32_t channel, uint32_t feature) const { return output[channel * 9 + feature]; }
};

// The bands of a channel in real powers: the mean over pieces that overlap by half.
std::vector<double> real_powers(const Described& described, const std::vector<double>& x, double mean) {
  const size_t points = size_t{1} << described.order;
  std::vector<double> powers(points / 2 + 1);
  size_t pieces = 0;
  for (size_t first = 0; first == 0 || first + points <= x.size(); first += points / 2, ++pieces)
    for (size_t k = 0; k < powers.size(); ++k) {
      std::complex<double> sum = 0;
      for (size_t n = 0; n < points && first + n < x.size(); ++n)
        sum += (x[first + n] - mean) * (described.window[n] / 32768.0) *
               std::polar(1.0, -kCycle * static_cast<double>(k * n % points) / static_cast<double>(points));
      powers[k] += std::norm(sum);
    }
  for (double& power : powers) power /= static_cast<double>(pieces);
  return powers;
}

TEST(SpectralFeatures, O54_AreNearTheRealOnes) {
  Random random(1);
  for (int i = 0; i < 60; ++i) {
    const uint32_t channels = static_cast<uint32_t>(draw(random, 1, 3)), samples = static_cast<uint32_t>(draw(random, 40, 500)),
                   order = static_cast<uint32_t>(draw(random, 6, 8));
    const double size = std::exp(random.uniform(4, 9)), tone = random.uniform(0.1, 3), center = random.uniform(-5000, 5000);
    std::vector<int16_t> input;
    for (uint32_t k = 0; k < samples * channels; ++k)
      input.push_back(static_cast<int16_t>(
          std::clamp(center + size * (std::sin(tone * (k / channels)) + 0.3 * random.normal()), -32768.0, 32767.0)));
    const Described described(input, channels, order);
    for (uint32_t c = 0; c < channels; ++c) {
      std::vector<double> x;
      for (size_t k = c; k < input.size(); k += channels) x.push_back(input[k]);
      double mean = 0, second = 0, fourth = 0, peak = 0;
      for (const double value : x) mean += value / samples;
      for (const double value : x) {
        second += std::pow(value - mean, 2) / samples;
        fourth += std::pow(value - mean, 4) / samples;
        peak = std::max(peak, std::abs(value - mean));
      }
      int crossings = 0;
      for (size_t k = 1; k < x.size(); ++k) crossings += (x[k] > mean) != (x[k - 1] > mean) ? 1 : 0;
      EXPECT_NEAR(described.of(c, kFeatureRms), std::sqrt(second), 0.501);
      EXPECT_NEAR(described.of(c, kFeaturePeak), std::min(peak, 32767.0), 1.001);
      EXPECT_NEAR(described.of(c, kFeatureCrest), 256 * peak / std::sqrt(second), 256 * 0.05 * peak / std::sqrt(second));
      EXPECT_NEAR(described.of(c, kFeatureKurtosis), 256 * fourth / second / second, 256 * 0.03 * fourth / second / second);
      EXPECT_EQ(described.of(c, kFeatureCrossings), crossings);
      const std::vector<double> powers = real_powers(described, x, std::round(mean));
      const double highest = *std::max_element(powers.begin() + 1, powers.end());
      EXPECT_NEAR(described.of(c, kFeatureHeight), 256 * std::log2(highest), 2);
      EXPECT_GT(powers[static_cast<size_t>(described.of(c, kFeatureDominant))], 0.999 * highest);
      for (size_t band = 0; band < 2; ++band) {
        double sum = 0;
        for (int k = 0; k < described.places[2 + band]; ++k) sum += powers[static_cast<size_t>(described.places[band] + k)];
        EXPECT_NEAR(described.of(c, kFeatureBands + static_cast<uint32_t>(band)), 256 * std::log2(sum), 3);
      }
    }
  }
}

TEST(SpectralFeatures, O54_OfSilenceAreNothingAndTheFloor) {
  for (const int16_t level : {0, -32768, 32767}) {
    const Described described(std::vector<int16_t>(100, level), 1, 6, 123);
    EXPECT_EQ(std::vector<int16_t>(described.output.begin(), described.output.end() - 1),
              (std::vector<int16_t>{0, 0, 0, 0, 0, 0, 123, 123, 123}));
  }
}

// A square of full scale is its own root mean square: crest and kurtosis are 1.
TEST(SpectralFeatures, O54_HoldAtTheEdges) {
  std::vector<int16_t> square;
  for (int i = 0; i < 60000; ++i) square.push_back(i / 8 % 2 == 0 ? int16_t{32767} : int16_t{-32768});
  const Described described(square, 1, 10);
  EXPECT_EQ(described.of(0, kFeatureRms), 32767);
  EXPECT_EQ(described.of(0, kFeaturePeak), 32767);
  EXPECT_EQ(described.of(0, kFeatureCrest), 256);
  EXPECT_NEAR(described.of(0, kFeatureKurtosis), 256, 1);
  EXPECT_EQ(described.of(0, kFeatureCrossings), 60000 / 8 - 1);
  EXPECT_EQ(described.of(0, kFeatureDominant), 64);
  std::vector<int16_t> spike(65535, -32768);
  spike[777] = 32767;
  const Described lonely(spike, 1, 6);
  EXPECT_EQ(lonely.of(0, kFeaturePeak), 32767);
  EXPECT_EQ(lonely.of(0, kFeatureCrest), 32767) << "saturated";
  EXPECT_EQ(lonely.of(0, kFeatureKurtosis), 32767) << "saturated";
}

}  // namespace
}  // namespace mote
