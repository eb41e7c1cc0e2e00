// prelu against its definition, in wide integers and in real numbers.
#include "device/kernels/prelu/prelu.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {
namespace {

void scale(double real, int32_t* multiplier, int32_t* shift) {
  int exponent = 0;
  *multiplier = static_cast<int32_t>(std::min(std::round(std::frexp(real, &exponent) * 2147483648.0), 2147483647.0));
  *shift = exponent;
}

TEST(Prelu, O35_EqualsTheDefinitionAndTheRealLines) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    Prelu prelu;
    prelu.slope_count = static_cast<uint32_t>(draw(random, 1, 9));
    prelu.count = prelu.slope_count * static_cast<uint32_t>(draw(random, 1, 9));
    prelu.input_zero_point = draw(random, -128, 127), prelu.slope_zero_point = draw(random, -128, 127);
    prelu.output_zero_point = draw(random, -128, 127);
    const double ratio = random.uniform(0.3, 3), slope_scale = random.uniform(0.001, 0.03);
    scale(ratio, &prelu.positive_multiplier, &prelu.positive_shift);
    scale(ratio * slope_scale, &prelu.negative_multiplier, &prelu.negative_shift);
    prelu.rounding = draw_rounding(random);
    const auto input = draw_int8(random, prelu.count), slopes = draw_int8(random, prelu.slope_count);
    std::vector<int8_t> output(prelu.count + 1, 77);
    prelu_reference(prelu, input.data(), slopes.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (size_t at = 0; at < prelu.count; ++at) {
      const int64_t distance = input[at] - prelu.input_zero_point;
      const int64_t slope = slopes[at % prelu.slope_count] - prelu.slope_zero_point;
      const int64_t scaled =
          distance >= 0 ? oracle::requantize(distance, prelu.positive_multiplier, prelu.positive_shift, prelu.rounding)
                        : oracle::requantize(distance * slope, prelu.negative_multiplier, prelu.negative_shift, prelu.rounding);
      ASSERT_EQ(output[at], oracle::between(-128, scaled + prelu.output_zero_point, 127)) << "case " << i;
      const double real = static_cast<double>(distance) * ratio * (distance >= 0 ? 1 : static_cast<double>(slope) * slope_scale);
      ASSERT_NEAR(output[at], std::clamp(real + prelu.output_zero_point, -128.0, 127.0), 0.76) << "case " << i;
    }
    auto in_place = input;
    prelu_reference(prelu, in_place.data(), slopes.data(), in_place.data());
    output.pop_back();
    ASSERT_EQ(in_place, output);
  }
}

// The largest shifts that the verifier lets through, on the largest distances.
TEST(Prelu, O35_StaysWithin32Bits) {
  const int8_t input[] = {127, -128}, slopes[] = {-128, 127};
  Prelu prelu = {2, 2, -128, -128, 0, INT32_MAX, kMaxPreluShift, INT32_MAX, kMaxPreluSlopeShift, Rounding::double_rounding};
  int8_t output[2];
  prelu_reference(prelu, input, slopes, output);
  EXPECT_EQ(output[0], 127);
  EXPECT_EQ(output[1], 0);
  prelu.input_zero_point = 127;
  prelu_reference(prelu, input, slopes, output);
  EXPECT_EQ(output[0], 0);
  EXPECT_EQ(output[1], -128);
}

}  // namespace
}  // namespace mote
