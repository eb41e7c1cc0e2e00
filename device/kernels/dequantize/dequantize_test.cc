// dequantize against the exact product.
#include "device/kernels/dequantize/dequantize.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

TEST(Dequantize, O40_IsTheExactProductRoundedOnce) {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const Dequantize dequantize = {static_cast<uint32_t>(draw(random, 1, 30)),
                                   static_cast<float>(std::exp(random.uniform(-60, 60))), draw(random, -128, 127)};
    const std::vector<int8_t> input = draw_int8(random, dequantize.count);
    std::vector<float> output(dequantize.count + 1, 77);
    dequantize_reference(dequantize, input.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (size_t at = 0; at < dequantize.count; ++at)  // 24 bits times 9 are exact in a double
      ASSERT_EQ(output[at], static_cast<float>(static_cast<double>(dequantize.scale) * (input[at] - dequantize.zero_point)));
  }
}

}  // namespace
}  // namespace mote
