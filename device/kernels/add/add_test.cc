// add against its definition, in wide integers and in real numbers.
#include "device/kernels/add/add.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {
namespace {

Factor factor_of(double real) {
  int exponent = 0;
  const double fraction = std::frexp(real, &exponent);
  return {static_cast<int32_t>(std::min(std::round(fraction * 2147483648.0), 2147483647.0)), exponent};
}

struct DrawnAdd {
  double first_scale, second_scale, output_scale;
  Add add;

  explicit DrawnAdd(Random& random)
      : first_scale(random.uniform(0.01, 1)), second_scale(random.uniform(0.01, 1)), output_scale(random.uniform(0.02, 1)) {
    const double twice = 2 * std::max(first_scale, second_scale);
    add.first_zero_point = draw(random, -128, 127);
    add.second_zero_point = draw(random, -128, 127);
    add.output_zero_point = draw(random, -128, 127);
    add.first = factor_of(first_scale / twice);
    add.second = factor_of(second_scale / twice);
    add.sum = factor_of(twice / ((1 << kAddLeftShift) * output_scale));
    add.low = draw(random, 0, 2) == 0 ? draw(random, -128, 100) : -128;
    add.high = draw(random, 0, 2) == 0 ? draw(random, add.low, 127) : 127;
    add.rounding = draw_rounding(random);
  }

  int64_t defined(int first, int second) const {
    const auto scaled = [&](int64_t distance, Factor factor) {
      return oracle::requantize(distance << kAddLeftShift, factor.multiplier, factor.shift, add.rounding);
    };
    const int64_t sum = scaled(first - add.first_zero_point, add.first) + scaled(second - add.second_zero_point, add.second);
    const int64_t value = oracle::requantize(sum, add.sum.multiplier, add.sum.shift, add.rounding) + add.output_zero_point;
    return oracle::between(add.low, value, add.high);
  }
  double real(int first, int second) const {
    const double sum = first_scale * (first - add.first_zero_point) + second_scale * (second - add.second_zero_point);
    return std::clamp(sum / output_scale + add.output_zero_point, static_cast<double>(add.low), static_cast<double>(add.high));
  }
};

TEST(Add, O13_EqualsTheDefinitionAndTheRealSum) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const DrawnAdd drawn(random);
    const auto count = static_cast<uint32_t>(draw(random, 1, 60));
    const auto first = draw_int8(random, count), second = draw_int8(random, count);
    std::vector<int8_t> output(count + 1, 77);
    add_reference(drawn.add, first.data(), second.data(), count, output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (uint32_t at = 0; at < count; ++at) {
      ASSERT_EQ(output[at], drawn.defined(first[at], second[at])) << "case " << i;
      ASSERT_NEAR(output[at], drawn.real(first[at], second[at]), 0.51) << "case " << i;
    }
  }
}

TEST(Add, O13_MayWriteOverAnInput) {
  Random random(2);
  const DrawnAdd drawn(random);
  const auto first = draw_int8(random, 40);
  auto second = draw_int8(random, 40);
  std::vector<int8_t> apart(40);
  add_reference(drawn.add, first.data(), second.data(), 40, apart.data());
  add_reference(drawn.add, first.data(), second.data(), 40, second.data());
  EXPECT_EQ(second, apart);
}

}  // namespace
}  // namespace mote
