// conv_2d against its definition, on random shapes and at the edges of the number range.
#include "device/kernels/conv_2d/conv_2d.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {
namespace {

struct ConvCase {
  Window window;
  int input_channels, output_channels, groups, channels;  // `channels` of the input that each filter reads
  std::vector<int8_t> input, weights;
  DrawnScaling drawn;

  explicit ConvCase(Random& random, bool dilated = false, int parts = 1)
      : ConvCase(random, {draw_axis(random, dilated), draw_axis(random, dilated)}, parts * draw(random, 1, 5),
                 parts * draw(random, 1, 6), parts) {}
  ConvCase(Random& random, Window geometry, int from, int to, int parts = 1)
      : window(geometry),
        input_channels(from),
        output_channels(to),
        groups(parts),
        channels(from / parts),
        input(draw_int8(random, static_cast<size_t>(window.height.input * window.width.input * from))),
        weights(draw_int8(random, static_cast<size_t>(to * window.height.filter * window.width.filter * channels))),
        drawn(random, to, window.height.filter * window.width.filter * channels) {}

  size_t output_count() const { return static_cast<size_t>(window.height.output * window.width.output * output_channels); }

  std::vector<int8_t> run() const { return run_with(weights.data()); }
  std::vector<int8_t> run_packed() const {
    const std::vector<uint8_t> packed = packed_nibbles(weights);
    return run_with(Nibbles{packed.data(), 0});
  }

  template <typename Weights>
  std::vector<int8_t> run_with(Weights filter) const {
    Conv2d conv;
    conv.window = window;
    conv.input_channels = static_cast<uint32_t>(input_channels);
    conv.output_channels = static_cast<uint32_t>(output_channels);
    conv.groups = static_cast<uint32_t>(groups);
    conv.input_zero_point = drawn.input_zero_point;
    conv.bias = drawn.bias.data();
    conv.scaling = drawn.scaling;
    std::vector<int8_t> output(output_count() + 1, 77);
    conv_2d_reference(conv, input_rows<const int8_t>(conv.window, conv.input_channels, input.data()), filter,
                      output_rows<int8_t>(conv.window, conv.output_channels, output.data()), all_rows(conv.window));
    EXPECT_EQ(output.back(), 77) << "wrote past the end";
    output.pop_back();
    return output;
  }

  // What the input holds there; the zero point where it holds nothing.
  int64_t at(int y, int x, int channel) const {
    if (y < 0 || y >= window.height.input || x < 0 || x >= window.width.input) return drawn.input_zero_point;
    return input[static_cast<size_t>((y * window.width.input + x) * input_channels + channel)];
  }

  int64_t accumulator(int y, int x, int to) const {
    int64_t sum = drawn.bias[static_cast<size_t>(to)];
    size_t tap = static_cast<size_t>(to * window.height.filter * window.width.filter * channels);
    const int group = to / (output_channels / groups) * channels;
    for (int row = 0; row < window.height.filter; ++row)
      for (int column = 0; column < window.width.filter; ++column)
        for (int from = 0; from < channels; ++from)
          sum += weights[tap++] * (at(y * window.height.stride - window.height.pad + row * window.height.dilation,
                                      x * window.width.stride - window.width.pad + column * window.width.dilation, group + from) -
                                   drawn.input_zero_point);
    return sum;
  }

  std::vector<int8_t> expected() const {
    std::vector<int8_t> output;
    for (int y = 0; y < window.height.output; ++y)
      for (int x = 0; x < window.width.output; ++x)
        for (int to = 0; to < output_channels; ++to) {
          const size_t c = static_cast<size_t>(to);
          const int64_t scaled =
              oracle::requantize(accumulator(y, x, to), drawn.multipliers[c], drawn.shifts[c], drawn.scaling.rounding);
          output.push_back(
              static_cast<int8_t>(oracle::between(drawn.scaling.low, scaled + drawn.scaling.zero_point, drawn.scaling.high)));
        }
    return output;
  }
};

TEST(Conv2d, O3_O4_EqualTheDefinitionOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    const ConvCase one(random);
    ASSERT_EQ(one.run(), one.expected()) << "case " << i;
  }
}

TEST(Conv2d, O4_EqualsTheDefinitionDilatedAndInGroups) {
  Random random(3);
  for (int i = 0; i < 3000; ++i) {
    const ConvCase one(random, i % 3 != 0, i % 4 == 0 ? 1 : draw(random, 2, 4));
    ASSERT_EQ(one.run(), one.expected()) << "case " << i;
  }
}

TEST(Conv2d, O3_TakesWeightsOfFourBits) {
  Random random(4);
  for (int i = 0; i < 1000; ++i) {
    ConvCase one(random, i % 3 == 0, i % 4 == 0 ? 2 : 1);
    one.weights = narrowed(one.weights);
    ASSERT_EQ(one.run_packed(), one.expected()) << "case " << i;
  }
}

TEST(Conv2d, O4_EqualsTheDefinitionOnSignals) {
  Random random(2);
  for (const int stride : {1, 2, 4}) {
    const Axis samples = {128, 5, stride, 2, (128 + stride - 1) / stride};
    const ConvCase one(random, {{1, 1, 1, 0, 1}, samples}, 6, 16);
    ASSERT_TRUE(is_output_right(samples));
    EXPECT_EQ(one.run(), one.expected());
  }
}

// 3 x 3 taps of 127 * (127 - -128) is the furthest an accumulator of nine taps goes.
TEST(Conv2d, O3_SaturatesAtTheClamp) {
  const std::vector<int8_t> input(9, 127), weights(9, 127);
  const int32_t bias = 0, multiplier = INT32_MAX, shift = 0;
  Conv2d conv;
  conv.window = {{3, 3, 1, 0, 1}, {3, 3, 1, 0, 1}};
  conv.input_channels = conv.output_channels = 1;
  conv.input_zero_point = -128;
  conv.bias = &bias;
  conv.scaling = {&multiplier, &shift, 5, -128, 100, Rounding::double_rounding};
  int8_t output = 0;
  conv_2d_reference(conv, input_rows<const int8_t>(conv.window, conv.input_channels, input.data()), weights.data(),
                    output_rows<int8_t>(conv.window, conv.output_channels, &output), all_rows(conv.window));
  EXPECT_EQ(output, 100);
}

// One tap of weight 2 on x = 10 with zero point 4, bias 3: (2 * 6 + 3) / 2 = 7.5, rounded to 8; zero point 1 makes 9.
TEST(Conv2d, O3_ByHand) {
  const int8_t input = 10, weight = 2;
  const int32_t bias = 3, multiplier = 1 << 30, shift = 0;
  Conv2d conv;
  conv.window = {{1, 1, 1, 0, 1}, {1, 1, 1, 0, 1}};
  conv.input_channels = conv.output_channels = 1;
  conv.input_zero_point = 4;
  conv.bias = &bias;
  conv.scaling = {&multiplier, &shift, 1, -128, 127, Rounding::double_rounding};
  int8_t output = 0;
  conv_2d_reference(conv, input_rows<const int8_t>(conv.window, conv.input_channels, &input), &weight,
                    output_rows<int8_t>(conv.window, conv.output_channels, &output), all_rows(conv.window));
  EXPECT_EQ(output, 9);
}

}  // namespace
}  // namespace mote
