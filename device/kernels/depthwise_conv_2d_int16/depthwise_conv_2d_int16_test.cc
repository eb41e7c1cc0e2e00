// depthwise_conv_2d_int16 against its definition, on random shapes and at the edges of the number range.
#include "device/kernels/depthwise_conv_2d_int16/depthwise_conv_2d_int16.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_wide.h"

namespace mote {
namespace {

void check_depthwise(Random& random, const Window& window, int from, int filters) {
  const Axis &height = window.height, &width = window.width;
  const int to = from * filters;
  const std::vector<int16_t> input = draw_int16(random, static_cast<size_t>(height.input * width.input * from));
  const std::vector<int8_t> weights = draw_int8(random, static_cast<size_t>(height.filter * width.filter * to));
  const DrawnWideScaling drawn(random, to, height.filter * width.filter);
  DepthwiseConv2d conv;
  conv.window = window;
  conv.input_channels = static_cast<uint32_t>(from);
  conv.output_channels = static_cast<uint32_t>(to);
  conv.input_zero_point = 0;
  conv.bias = drawn.bias.data();
  conv.scaling = drawn.scaling;
  std::vector<int16_t> expected;
  for (int y = 0; y < height.output; ++y)
    for (int x = 0; x < width.output; ++x)
      for (int o = 0; o < to; ++o) {
        int64_t sum = drawn.bias[static_cast<size_t>(o)];
        for (int row = 0; row < height.filter; ++row)
          for (int column = 0; column < width.filter; ++column) {
            const int at_y = y * height.stride - height.pad + row * height.dilation;
            const int at_x = x * width.stride - width.pad + column * width.dilation;
            if (at_y < 0 || at_y >= height.input || at_x < 0 || at_x >= width.input) continue;
            sum += int64_t{weights[static_cast<size_t>((row * width.filter + column) * to + o)]} *
                   input[static_cast<size_t>((at_y * width.input + at_x) * from + o / filters)];
          }
        expected.push_back(drawn.expected(sum, static_cast<size_t>(o)));
      }
  ASSERT_EQ(run_guarded<int16_t>(
                expected.size(),
                [&](int16_t* output) { depthwise_conv_2d_int16_reference(conv, input.data(), weights.data(), output); }),
            expected);
}

TEST(DepthwiseConv2dInt16, O42_EqualsTheDefinitionOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 3000; ++i)
    ASSERT_NO_FATAL_FAILURE(check_depthwise(random, {draw_axis(random, i % 2 == 0), draw_axis(random, i % 2 == 0)},
                                            draw(random, 1, 6), draw(random, 1, 3)))
        << "case " << i;
}

// A filter of 700 taps in one row.
TEST(DepthwiseConv2dInt16, O42_SumsBeyond32Bits) {
  Random random(2);
  for (int i = 0; i < 100; ++i)
    ASSERT_NO_FATAL_FAILURE(check_depthwise(random, {{1, 1, 1, 0, 1}, {702, 700, 1, 0, 3}}, 2, 1)) << "case " << i;
}

}  // namespace
}  // namespace mote
