// max_pool_2d against its definition.
#include "device/kernels/max_pool_2d/max_pool_2d.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

int largest_under(const Pool2d& pool, const std::vector<int8_t>& input, int y, int x, int channel) {
  int largest = -1000;
  for (int row = 0; row < pool.window.height.input; ++row)
    for (int column = 0; column < pool.window.width.input; ++column) {
      const int from_top = row - (y * pool.window.height.stride - pool.window.height.pad);
      const int from_left = column - (x * pool.window.width.stride - pool.window.width.pad);
      if (from_top < 0 || from_top >= pool.window.height.filter || from_left < 0 || from_left >= pool.window.width.filter)
        continue;
      const size_t at = static_cast<size_t>((row * pool.window.width.input + column) * static_cast<int>(pool.channels) + channel);
      largest = std::max<int>(largest, input[at]);
    }
  return largest;
}

TEST(MaxPool2d, O7_EqualsTheDefinitionOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    Pool2d pool;
    pool.window = {draw_axis(random), draw_axis(random)};
    pool.channels = static_cast<uint32_t>(draw(random, 1, 6));
    pool.low = draw(random, -128, 127);
    pool.high = draw(random, pool.low, 127);
    const auto input = draw_int8(random, static_cast<size_t>(pool.window.height.input * pool.window.width.input) * pool.channels);
    std::vector<int8_t> output(static_cast<size_t>(pool.window.height.output * pool.window.width.output) * pool.channels + 1, 77);
    max_pool_2d_reference(pool, {input_rows(pool.window, pool.channels, input.data()),
                                 output_rows(pool.window, pool.channels, output.data()), all_rows(pool.window)});
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    size_t at = 0;
    for (int y = 0; y < pool.window.height.output; ++y)
      for (int x = 0; x < pool.window.width.output; ++x)
        for (int channel = 0; channel < static_cast<int>(pool.channels); ++channel)
          ASSERT_EQ(output[at++], std::clamp(largest_under(pool, input, y, x, channel), pool.low, pool.high)) << "case " << i;
  }
}

}  // namespace
}  // namespace mote
