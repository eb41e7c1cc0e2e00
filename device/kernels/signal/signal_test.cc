// The parts of the signal kernels against real arithmetic.
#include <gtest/gtest.h>

#include <complex>

#include "device/kernels/signal/logarithm.h"
#include "device/kernels/signal/sine.h"
#include "device/kernels/signal/spectrum.h"
#include "device/kernels/test/draw.h"

namespace mote {
namespace {

constexpr double kTurn = 2 * 3.14159265358979323846;

TEST(Sine, IsRoundedToNearest) {
  for (uint32_t k = 0; k <= kCircle / 2; ++k) {
    ASSERT_EQ(sine_of(k), std::lround(kSineOne * std::sin(kTurn * k / kCircle))) << k;
    ASSERT_EQ(cosine_of(k), std::lround(kSineOne * std::cos(kTurn * k / kCircle))) << k;
  }
}

TEST(Logarithm, O42_CountsBits) {
  EXPECT_EQ(bit_length(0), 0u);
  for (uint32_t bits = 1; bits <= 64; ++bits) {
    EXPECT_EQ(bit_length(uint64_t{1} << (bits - 1)), bits);
    EXPECT_EQ(bit_length(~uint64_t{0} >> (64 - bits)), bits);
  }
}

TEST(Logarithm, O42_IsRoundedToNearest) {
  Random random(1);
  for (uint64_t value = 1; value < 70000; ++value) ASSERT_EQ(log2_of(value), std::lround(256 * std::log2(value))) << value;
  for (int i = 0; i < 200000; ++i) {
    const uint64_t value = random.next() >> random.below(64);
    if (value != 0) ASSERT_NEAR(log2_of(value), 256 * std::log2(static_cast<double>(value)), 0.5001) << value;
  }
  EXPECT_EQ(log2_of(~uint64_t{0}), 64 * kLogUnit);
}

using Bins = std::vector<std::complex<double>>;

Bins transform(const std::vector<double>& values) {
  Bins bins;
  const size_t count = values.size();
  for (size_t k = 0; k <= count / 2; ++k) {
    std::complex<double> sum = 0;
    for (size_t n = 0; n < count; ++n)
      sum += values[n] * std::polar(1.0, -kTurn * static_cast<double>(k * n % count) / static_cast<double>(count));
    bins.push_back(sum);
  }
  return bins;
}

// Ordinary numbers, full-scale squares and steps: the error of a bin against the length of the signal.
TEST(Fft, O43_IsNearTheRealOne) {
  Random random(2);
  for (uint32_t order = kLeastFftOrder; order <= kMostFftOrder; ++order) {
    const uint32_t count = 1u << order;
    const int32_t most = 1 << (kFftBits - order);
    double worst = 0;
    for (int kind = 0; kind < 6; ++kind) {
      const int32_t period = 1 << draw(random, 0, static_cast<int>(order));
      std::vector<Complex> values(fft_bins(order) + 1, Complex{77, 77});
      std::vector<double> reals;
      for (uint32_t i = 0; i < count; ++i) {
        const bool low = kind == 0 ? true : kind == 1 ? i % 2 == 0 : static_cast<int32_t>(i) / period % 2 == 0;
        const int32_t value = kind < 4 ? (low ? -most : most) : draw(random, -most, most);
        (i % 2 == 0 ? values[i / 2].re : values[i / 2].im) = value;
        reals.push_back(value);
      }
      real_fft(values.data(), order);
      ASSERT_EQ(values.back().re, 77) << "wrote past the end";
      const Bins bins = transform(reals);
      uint64_t energy = 0;
      for (size_t k = 0; k < bins.size(); ++k) {
        const std::complex<double> got(values[k].re / 2.0, values[k].im / 2.0);
        worst = std::max(worst, std::abs(got - bins[k]) / (most * std::sqrt(count)));
        energy += power_of(values[k]);
      }
      EXPECT_LE(static_cast<double>(energy), 1.001 * std::ldexp(1, 60));
    }
    EXPECT_LT(worst, 1e-3) << order << ": of the signal's length";
  }
}

}  // namespace
}  // namespace mote
