// softmax against real arithmetic, and its fixed-point functions at the places where they can go wrong.
#include "device/kernels/softmax/softmax.h"

#include <gtest/gtest.h>

#include "device/kernels/softmax/fixed_point.h"
#include "device/kernels/test/draw.h"

namespace mote {
namespace {

double real(int32_t value, int fraction_bits) { return std::ldexp(static_cast<double>(value), -fraction_bits); }

// docs/spec/operators/arithmetic.md O9: how the host scales the input.
Softmax softmax_of(double input_scale, Rounding rounding) {
  const double largest = rounding == Rounding::single_rounding ? 1073741823.0 : 2147483647.0;
  int exponent = 0;
  const double fraction = std::frexp(std::min(input_scale * 67108864.0, largest), &exponent);
  Softmax softmax;
  int64_t multiplier = std::llround(fraction * 2147483648.0);
  if (multiplier == int64_t{1} << 31) multiplier /= 2, ++exponent;
  softmax.multiplier = static_cast<int32_t>(multiplier);
  softmax.left_shift = exponent;
  softmax.diff_min = -((31 << 26) >> exponent);
  softmax.rounding = rounding;
  softmax.places = 1;
  return softmax;
}

TEST(FixedPoint, O9_ExponentialIsNearTheRealOne) {
  EXPECT_EQ(exp_of_negative(0), INT32_MAX);
  double worst = 0;
  for (int64_t a = -(int64_t{31} << 26); a <= 0; a += 9973)
    worst = std::max(worst, std::abs(real(exp_of_negative(static_cast<int32_t>(a)), 31) - std::exp(std::ldexp(a, -26))));
  EXPECT_LT(worst, 1e-6);
}

// Each bit of the remainder multiplies by its own power of e: 1/4, 1/2, 1, 2, 4, 8 and 16 below the quarter next to zero.
TEST(FixedPoint, O9_ExponentialUsesEveryPowerOfE) {
  for (int bit = 24; bit <= 30; ++bit) {
    const int32_t a = -(int32_t{1} << bit) - (bit == 30 ? 0 : 12345);
    EXPECT_NEAR(real(exp_of_negative(a), 31), std::exp(real(a, 26)), 1e-6) << bit;
    EXPECT_GT(exp_of_negative(a), 0) << bit;
  }
}

TEST(FixedPoint, O9_ExponentialNeverFallsWhereTheExponentRises) {
  int32_t last = 0;
  for (int64_t a = -(int64_t{31} << 26); a < 0; a += 40009) {
    const int32_t value = exp_of_negative(static_cast<int32_t>(a));
    EXPECT_GE(value, last - 512) << a;  // the pieces of a quarter meet within their error
    last = value;
  }
}

TEST(FixedPoint, O9_ReciprocalIsNearTheRealOne) {
  EXPECT_EQ(reciprocal_of_one_plus(0), INT32_MAX);
  for (int64_t a = 0; a <= INT32_MAX; a += 99991)
    ASSERT_NEAR(real(reciprocal_of_one_plus(static_cast<int32_t>(a)), 31), 1 / (1 + real(static_cast<int32_t>(a), 31)), 2e-8);
}

TEST(FixedPoint, MultiplyByPowerSaturates) {
  EXPECT_EQ(multiply_by_power(INT32_MAX, 1), INT32_MAX);
  EXPECT_EQ(multiply_by_power(INT32_MIN, 1), INT32_MIN);
  EXPECT_EQ(multiply_by_power(-(1 << 30), 1), INT32_MIN);
  EXPECT_EQ(multiply_by_power(1 << 30, 1), INT32_MAX);
  EXPECT_EQ(multiply_by_power(3, 2), 12);
}

TEST(Softmax, O9_IsWithinOneOfTheRealOne) {
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    const double scale = std::exp(random.uniform(-7, 0.5));
    Softmax softmax = softmax_of(scale, draw_rounding(random));
    softmax.channels = static_cast<uint32_t>(i % 50 == 0 ? draw(random, 100, 511) : draw(random, 1, 20));
    const std::vector<int8_t> input = draw_int8(random, softmax.channels);
    std::vector<int8_t> output(softmax.channels + 1, 77);
    softmax_reference(softmax, input.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    const int largest = *std::max_element(input.begin(), input.end());
    double sum = 0;
    for (const int8_t value : input) sum += std::exp((value - largest) * scale);
    for (size_t c = 0; c < softmax.channels; ++c) {
      const double share = std::min(255.0, 256 * std::exp((input[c] - largest) * scale) / sum);
      ASSERT_NEAR(output[c] + 128, share, 1.0) << "case " << i;
    }
  }
}

// Equal inputs share 256 equally; one alone has it all, which saturates at 255; a distant one has nothing.
TEST(Softmax, O9_ByHand) {
  Softmax softmax = softmax_of(0.1, Rounding::double_rounding);
  softmax.channels = 4;
  int8_t output[4];
  const int8_t equal[] = {9, 9, 9, 9};
  softmax_reference(softmax, equal, output);
  for (const int8_t value : output) EXPECT_EQ(value, 64 - 128);
  softmax.channels = 1;
  softmax_reference(softmax, equal, output);
  EXPECT_EQ(output[0], 127);
  softmax = softmax_of(1.0, Rounding::double_rounding);
  softmax.channels = 2;
  const int8_t apart[] = {-128, 127};
  softmax_reference(softmax, apart, output);
  EXPECT_EQ(output[0], -128);
  EXPECT_EQ(output[1], 127);
}

TEST(Softmax, O9_RowsDoNotTouchEachOtherAndMayBeTheirOwnOutput) {
  Random random(2);
  Softmax softmax = softmax_of(0.05, Rounding::double_rounding);
  softmax.channels = 5;
  softmax.places = 7;
  std::vector<int8_t> values = draw_int8(random, 35), whole(35), row(5);
  softmax_reference(softmax, values.data(), whole.data());
  softmax.places = 1;
  for (size_t place = 0; place < 7; ++place) {
    softmax_reference(softmax, values.data() + 5 * place, row.data());
    EXPECT_TRUE(std::equal(row.begin(), row.end(), whole.begin() + static_cast<std::ptrdiff_t>(5 * place)));
  }
  softmax.places = 7;
  softmax_reference(softmax, values.data(), values.data());
  EXPECT_EQ(values, whole);
}

}  // namespace
}  // namespace mote
