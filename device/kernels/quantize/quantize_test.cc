// quantize against the library's rounding, and at the ends of the numbers.
#include "device/kernels/quantize/quantize.h"

#include <gtest/gtest.h>

#include <limits>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

int8_t quantized(float x, float scale, int32_t zero_point) {
  int8_t y = 0;
  quantize_reference({1, scale, zero_point}, &x, &y);
  return y;
}

TEST(Quantize, O39_RoundsHalvesAwayFromZeroAndSaturates) {
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    Quantize quantize = {static_cast<uint32_t>(draw(random, 1, 9)), static_cast<float>(std::exp(random.uniform(-20, 20))),
                         draw(random, -128, 127)};
    std::vector<float> input(quantize.count);
    for (float& x : input)  // every other one halfway between two steps
      x = quantize.scale *
          (i % 2 == 0 ? static_cast<float>(draw(random, -700, 700)) / 2 : static_cast<float>(random.uniform(-300, 300)));
    std::vector<int8_t> output(quantize.count + 1, 77);
    quantize_reference(quantize, input.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (size_t at = 0; at < quantize.count; ++at) {
      const float nearest = std::round(input[at] / quantize.scale) + static_cast<float>(quantize.zero_point);
      ASSERT_EQ(output[at], std::clamp(nearest, -128.0f, 127.0f)) << input[at] << " " << quantize.scale;
    }
  }
}

TEST(Quantize, O39_SaturatesWhatIsFarAndWhatIsNoNumber) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  for (const int32_t zero_point : {-128, 0, 127}) {
    EXPECT_EQ(quantized(kInfinity, 1, zero_point), 127);
    EXPECT_EQ(quantized(-kInfinity, 1, zero_point), -128);
    EXPECT_EQ(quantized(3e38f, 1e-30f, zero_point), 127);
    EXPECT_EQ(quantized(-3e38f, 1e-30f, zero_point), -128);
    EXPECT_EQ(quantized(std::nanf(""), 1, zero_point), -128);
    EXPECT_EQ(quantized(-0.0f, 1, zero_point), zero_point);
  }
}

}  // namespace
}  // namespace mote
