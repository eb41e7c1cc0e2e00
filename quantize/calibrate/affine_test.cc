// Multipliers against exact rational arithmetic; scales and zero points against what they must hold.
#include "quantize/calibrate/affine.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"

namespace mote {
namespace {

// A double is mantissa * 2^exponent exactly; what QuantizeMultiplier must give follows from integers alone.
Multiplier exact_multiplier(double real) {
  int exponent = 0;
  const auto mantissa = static_cast<unsigned __int128>(std::ldexp(std::frexp(real, &exponent), 53));  // [2^52, 2^53)
  // fraction * 2^31 = mantissa / 2^22, to the nearest, halves up
  auto value = static_cast<uint64_t>((mantissa + (1u << 21)) >> 22);
  int shift = exponent;
  if (value == uint64_t{1} << 31) {
    value >>= 1;
    ++shift;
  }
  if (shift < -31) return {};
  return {static_cast<int32_t>(value), shift};
}

TEST(QuantizeMultiplier, EqualsTheExactOneOverEveryShift) {
  Random random(1);
  for (int shift = -34; shift <= 32; ++shift) {
    for (int i = 0; i < 2000; ++i) {
      const double real = std::ldexp(random.uniform(0.5, 1.0), shift);
      const Multiplier expected = exact_multiplier(real), actual = quantize_multiplier(real);
      ASSERT_EQ(actual.value, expected.value) << real;
      ASSERT_EQ(actual.shift, expected.shift) << real;
    }
  }
}

TEST(QuantizeMultiplier, RoundsHalvesAwayAndCarriesIntoTheShift) {
  const double half = std::ldexp(1.0, -32);  // half a unit of a fraction in [0.5, 1)
  EXPECT_EQ(quantize_multiplier(0.5 + half).value, (1 << 30) + 1);
  EXPECT_EQ(quantize_multiplier(0.5 + half * 0.999).value, 1 << 30);
  EXPECT_EQ(quantize_multiplier(1.0 - half).value, 1 << 30);  // 2^31 is halved
  EXPECT_EQ(quantize_multiplier(1.0 - half).shift, 1);
  EXPECT_EQ(quantize_multiplier(0).value, 0);
  EXPECT_EQ(quantize_multiplier(std::ldexp(0.75, -32)).value, 0);
  EXPECT_EQ(quantize_multiplier(std::ldexp(0.75, -31)).shift, -31);
}

TEST(Divide, IsWithinOneUnitOfTheExactQuotient) {
  Random random(2);
  for (int i = 0; i < 20000; ++i) {
    const Multiplier multiplier =
        quantize_multiplier(std::ldexp(random.uniform(0.5, 1), static_cast<int>(random.below(30)) - 20));
    const auto count = static_cast<uint32_t>(1 + random.below(70000));
    const Multiplier divided = divide(multiplier, count);
    // exact: value * 2^shift / count; compared in units of the result's last place, truncation leaves [0, 1)
    const long double exact = std::ldexp(static_cast<long double>(multiplier.value) / count, multiplier.shift - divided.shift);
    ASSERT_GE(exact - divided.value, 0.0L);
    ASSERT_LT(exact - divided.value, 1.0L);
    if (divided.shift > -31) {
      ASSERT_GE(divided.value, 1 << 29);
    }
  }
}

TEST(Affine, HoldsZeroExactlyAndTheRangeWithinAStep) {
  Random random(3);
  for (int i = 0; i < 20000; ++i) {
    const double a = random.normal() * std::exp(random.uniform(-8, 8)), b = random.normal() * std::exp(random.uniform(-8, 8));
    const double low = std::min(a, b), high = std::max(a, b);
    const Affine affine = affine_for(low, high);
    const double scale = static_cast<double>(affine.scale);
    ASSERT_GE(affine.zero_point, -128);
    ASSERT_LE(affine.zero_point, 127);
    ASSERT_EQ(quantize_value(0, affine), affine.zero_point);
    const double reach_low = scale * (-128 - affine.zero_point), reach_high = scale * (127 - affine.zero_point);
    ASSERT_LE(reach_low, std::min(low, 0.0) + 0.501 * scale);
    ASSERT_GE(reach_high, std::max(high, 0.0) - 0.501 * scale);
    const double inside = random.uniform(std::max(low, reach_low), std::min(high, reach_high));
    ASSERT_NEAR(scale * (quantize_value(inside, affine) - affine.zero_point), inside, 0.5001 * scale);
  }
}

TEST(Affine, OfAValueThatNeverLeftZeroIsUsable) {
  const Affine affine = affine_for(0, 0);
  EXPECT_EQ(affine.scale, 1);
  EXPECT_EQ(quantize_value(0, affine), affine.zero_point);
}

TEST(Affine, OfPositiveValuesStartsAtTheLowestInteger) {
  const Affine affine = affine_for(2.0, 5.1);
  EXPECT_EQ(affine.zero_point, -128);
  EXPECT_FLOAT_EQ(affine.scale, 0.02f);
  EXPECT_EQ(quantize_value(1e9, affine), 127);
  EXPECT_EQ(quantize_value(-1e9, affine), -128);
}

}  // namespace
}  // namespace mote
