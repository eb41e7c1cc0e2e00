// mul against its definition, in wide integers and in real numbers.
#include "device/kernels/mul/mul.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_add.h"

namespace mote {
namespace {

struct DrawnMul {
  double factor;
  Mul mul;

  explicit DrawnMul(Random& random) : factor(std::exp(random.uniform(-9, 0))) {
    const Factor fixed = factor_of(factor);
    mul.first_zero_point = draw(random, -128, 127);
    mul.second_zero_point = draw(random, -128, 127);
    mul.output_zero_point = draw(random, -128, 127);
    mul.multiplier = fixed.multiplier;
    mul.shift = fixed.shift;
    mul.low = draw(random, 0, 2) == 0 ? draw(random, -128, 100) : -128;
    mul.high = draw(random, 0, 2) == 0 ? draw(random, mul.low, 127) : 127;
    mul.rounding = draw_rounding(random);
  }
};

TEST(Mul, O21_EqualsTheDefinitionAndTheRealProduct) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const DrawnMul drawn(random);
    const Mul& mul = drawn.mul;
    const auto count = static_cast<uint32_t>(draw(random, 1, 60));
    const auto first = draw_int8(random, count), second = draw_int8(random, count);
    std::vector<int8_t> output(count + 1, 77);
    mul_reference(mul, first.data(), second.data(), count, output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (uint32_t at = 0; at < count; ++at) {
      const int64_t product = int64_t{first[at] - mul.first_zero_point} * (second[at] - mul.second_zero_point);
      const int64_t scaled = oracle::requantize(product, mul.multiplier, mul.shift, mul.rounding) + mul.output_zero_point;
      ASSERT_EQ(output[at], oracle::between(mul.low, scaled, mul.high)) << "case " << i;
      const double real = static_cast<double>(product) * drawn.factor + mul.output_zero_point;
      ASSERT_NEAR(output[at], std::clamp(real, static_cast<double>(mul.low), static_cast<double>(mul.high)), 1) << "case " << i;
    }
  }
}

TEST(Mul, O21_HoldsAtTheEndsOfTheRange) {
  for (const Rounding rounding : {Rounding::double_rounding, Rounding::single_rounding}) {
    Mul mul{-128, -128, 0, INT32_MAX, kMostMulShift, -128, 127, rounding};
    int8_t ends[] = {127, -128}, output[2];
    mul_reference(mul, ends, ends, 2, output);
    EXPECT_EQ(output[0], 127);
    EXPECT_EQ(output[1], 0);
    mul.second_zero_point = 127;
    const int8_t low = -128;
    mul_reference(mul, ends, &low, 1, output);
    EXPECT_EQ(output[0], -128);
  }
}

TEST(Mul, O21_MayWriteOverAnInput) {
  Random random(2);
  const DrawnMul drawn(random);
  const auto first = draw_int8(random, 40);
  auto second = draw_int8(random, 40);
  std::vector<int8_t> apart(40);
  mul_reference(drawn.mul, first.data(), second.data(), 40, apart.data());
  mul_reference(drawn.mul, first.data(), second.data(), 40, second.data());
  EXPECT_EQ(second, apart);
}

}  // namespace
}  // namespace mote
