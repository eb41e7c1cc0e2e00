// Average pool for Armv7E-M against the reference kernel.
#include "device/kernels/average_pool_2d/armv7e_m.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

void expect_reference(Random& random, const Window& window, uint32_t channels) {
  Pool2d pool{window, channels, 0, 0};
  pool.low = draw(random, 0, 1) == 0 ? -128 : draw(random, -128, 127);
  pool.high = draw(random, 0, 1) == 0 ? 127 : draw(random, pool.low, 127);
  const auto input = draw_int8(random, static_cast<size_t>(window.height.input * window.width.input) * channels);
  std::vector<int8_t> output(static_cast<size_t>(window.height.output * window.width.output) * channels + 1, 77);
  std::vector<int8_t> expected(output.size() - 1);
  average_pool_2d_armv7e_m(pool, {input_rows<const int8_t>(window, channels, input.data()),
                                  output_rows<int8_t>(window, channels, output.data()), all_rows(window)});
  ASSERT_EQ(output.back(), 77) << "wrote past the end";
  output.pop_back();
  average_pool_2d_reference(pool, {input_rows<const int8_t>(window, channels, input.data()),
                                   output_rows<int8_t>(window, channels, expected.data()), all_rows(window)});
  ASSERT_EQ(output, expected);
}

TEST(AveragePool2dArmv7em, O12_EqualsTheReferenceOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 3000; ++i)
    expect_reference(random, {draw_axis(random), draw_axis(random)}, static_cast<uint32_t>(draw(random, 1, 13)));
}

// 15 x 17 places of -128 are the furthest that 16 bits hold.
TEST(AveragePool2dArmv7em, O12_HoldsForLargeWindows) {
  Random random(2);
  for (const int height : {1, 14, 15, 16, 40})
    for (int i = 0; i < 8; ++i)
      expect_reference(random, {{height, height, 1, 0, 1}, {17, 17, 1, 0, 1}}, static_cast<uint32_t>(draw(random, 3, 9)));
}

}  // namespace
}  // namespace mote
