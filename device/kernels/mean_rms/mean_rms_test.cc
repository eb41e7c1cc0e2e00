// mean_rms against exact integers: no rounding of a sum or of a root may be off by one.
#include "device/kernels/mean_rms/mean_rms.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {
namespace {

using oracle::Wide;

// The integer m with |m - sum / n| <= 1/2, away from zero at a tie.
bool is_mean(Wide m, Wide sum, Wide n) {
  const Wide error = 2 * (m * n - sum);
  if (error == n) return m > 0;
  if (error == -n) return m < 0;
  return -n < error && error < n;
}

// The integer r with (r - 1/2)^2 <= V / n^2 < (r + 1/2)^2, V = n * sum of squares - sum^2.
bool is_deviation(Wide r, Wide v, Wide n) {
  const Wide low = (2 * r - 1) * n, high = (2 * r + 1) * n;
  return (r == 0 || low * low <= 4 * v) && 4 * v < high * high;
}

void expect_exact(const std::vector<int16_t>& window, uint32_t channels) {
  const uint32_t samples = static_cast<uint32_t>(window.size()) / channels;
  std::vector<int16_t> output(2 * channels + 1, 77);
  mean_rms_reference({samples, channels}, window.data(), output.data());
  ASSERT_EQ(output.back(), 77) << "wrote past the end";
  for (uint32_t c = 0; c < channels; ++c) {
    Wide sum = 0, squares = 0;
    for (size_t i = c; i < window.size(); i += channels) {
      sum += window[i];
      squares += Wide{window[i]} * window[i];
    }
    ASSERT_TRUE(is_mean(output[2 * c], sum, samples)) << output[2 * c];
    const Wide v = Wide{samples} * squares - sum * sum;
    const bool saturated = output[2 * c + 1] == INT16_MAX && is_deviation(32768, v, samples);
    ASSERT_TRUE(saturated || is_deviation(output[2 * c + 1], v, samples)) << output[2 * c + 1];
  }
}

TEST(MeanRms, O11_IsExactOnRandomWindows) {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const uint32_t channels = static_cast<uint32_t>(draw(random, 1, 6)), samples = static_cast<uint32_t>(draw(random, 1, 200));
    const int spread = 1 << draw(random, 0, 15), center = draw(random, -30000, 30000);
    std::vector<int16_t> window(channels * samples);
    for (int16_t& value : window) value = static_cast<int16_t>(std::clamp(center + draw(random, -spread, spread), -32768, 32767));
    expect_exact(window, channels);
  }
}

TEST(MeanRms, O11_IsExactOnAllSmallWindows) {
  for (int a = -3; a <= 3; ++a)
    for (int b = -3; b <= 3; ++b)
      for (int c = -3; c <= 3; ++c) expect_exact({static_cast<int16_t>(a), static_cast<int16_t>(b), static_cast<int16_t>(c)}, 1);
}

TEST(MeanRms, O11_HoldsOverTheLongestWindowAtTheEdges) {
  std::vector<int16_t> window(65535, -32768);
  expect_exact(window, 1);
  for (size_t i = 0; i < window.size(); i += 2) window[i] = 32767;
  expect_exact(window, 1);
}

TEST(MeanRms, O11_ByHand) {
  int16_t output[4];
  const int16_t window[] = {1, 100, 2, 100};  // channel 0: 1, 2; channel 1: 100, 100
  mean_rms_reference({2, 2}, window, output);
  EXPECT_EQ(output[0], 2);  // 1.5, away from zero
  EXPECT_EQ(output[1], 1);  // 0.5, up
  EXPECT_EQ(output[2], 100);
  EXPECT_EQ(output[3], 0);
  const int16_t extremes[] = {-32768, 32767};
  mean_rms_reference({2, 1}, extremes, output);
  EXPECT_EQ(output[0], -1);     // -0.5, away from zero
  EXPECT_EQ(output[1], 32767);  // 32767.5, saturated
}

}  // namespace
}  // namespace mote
