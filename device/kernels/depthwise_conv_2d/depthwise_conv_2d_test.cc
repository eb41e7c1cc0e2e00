// depthwise_conv_2d against its definition, on random shapes and channel multipliers.
#include "device/kernels/depthwise_conv_2d/depthwise_conv_2d.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {
namespace {

struct DepthwiseCase {
  Window window;
  int input_channels, filters;  // filters per input channel
  std::vector<int8_t> input, weights;
  DrawnScaling drawn;

  explicit DepthwiseCase(Random& random, bool dilated = false)
      : window{draw_axis(random, dilated), draw_axis(random, dilated)},
        input_channels(draw(random, 1, 6)),
        filters(draw(random, 1, 3)),
        input(draw_int8(random, static_cast<size_t>(window.height.input * window.width.input * input_channels))),
        weights(draw_int8(random, static_cast<size_t>(window.height.filter * window.width.filter * channels()))),
        drawn(random, channels(), window.height.filter * window.width.filter) {}

  int channels() const { return input_channels * filters; }

  std::vector<int8_t> run() const { return run_with(weights.data()); }
  std::vector<int8_t> run_packed() const {
    const std::vector<uint8_t> packed = packed_nibbles(weights);
    return run_with(Nibbles{packed.data(), 0});
  }

  template <typename Weights>
  std::vector<int8_t> run_with(Weights filter) const {
    DepthwiseConv2d conv;
    conv.window = window;
    conv.input_channels = static_cast<uint32_t>(input_channels);
    conv.output_channels = static_cast<uint32_t>(channels());
    conv.input_zero_point = drawn.input_zero_point;
    conv.bias = drawn.bias.data();
    conv.scaling = drawn.scaling;
    std::vector<int8_t> output(static_cast<size_t>(window.height.output * window.width.output * channels()) + 1, 77);
    depthwise_conv_2d_reference(conv, input_rows<const int8_t>(conv.window, conv.input_channels, input.data()), filter,
                                output_rows<int8_t>(conv.window, conv.output_channels, output.data()), all_rows(conv.window));
    EXPECT_EQ(output.back(), 77) << "wrote past the end";
    output.pop_back();
    return output;
  }

  int64_t term(int y, int x, int row, int column, int to) const {
    const int from_y = y * window.height.stride - window.height.pad + row * window.height.dilation;
    const int from_x = x * window.width.stride - window.width.pad + column * window.width.dilation;
    if (from_y < 0 || from_y >= window.height.input || from_x < 0 || from_x >= window.width.input) return 0;
    const size_t from = static_cast<size_t>((from_y * window.width.input + from_x) * input_channels + to / filters);
    const size_t tap = static_cast<size_t>((row * window.width.filter + column) * channels() + to);
    return int64_t{weights[tap]} * (input[from] - drawn.input_zero_point);
  }

  int8_t expected_at(int y, int x, int to) const {
    const size_t c = static_cast<size_t>(to);
    int64_t sum = drawn.bias[c];
    for (int row = 0; row < window.height.filter; ++row)
      for (int column = 0; column < window.width.filter; ++column) sum += term(y, x, row, column, to);
    const int64_t scaled = oracle::requantize(sum, drawn.multipliers[c], drawn.shifts[c], drawn.scaling.rounding);
    return static_cast<int8_t>(oracle::between(drawn.scaling.low, scaled + drawn.scaling.zero_point, drawn.scaling.high));
  }

  std::vector<int8_t> expected() const {
    std::vector<int8_t> output;
    for (int y = 0; y < window.height.output; ++y)
      for (int x = 0; x < window.width.output; ++x)
        for (int to = 0; to < channels(); ++to) output.push_back(expected_at(y, x, to));
    return output;
  }
};

TEST(DepthwiseConv2d, O3_O5_EqualTheDefinitionOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    const DepthwiseCase one(random);
    ASSERT_EQ(one.run(), one.expected()) << "case " << i;
  }
}

TEST(DepthwiseConv2d, O5_EqualsTheDefinitionDilated) {
  Random random(2);
  for (int i = 0; i < 2000; ++i) {
    const DepthwiseCase one(random, true);
    ASSERT_EQ(one.run(), one.expected()) << "case " << i;
  }
}

TEST(DepthwiseConv2d, O3_TakesWeightsOfFourBits) {
  Random random(3);
  for (int i = 0; i < 1000; ++i) {
    DepthwiseCase one(random, i % 3 == 0);
    one.weights = narrowed(one.weights);
    ASSERT_EQ(one.run_packed(), one.expected()) << "case " << i;
  }
}

// Two filters on each of two channels: outputs 0 and 1 read channel 0, outputs 2 and 3 read channel 1.
TEST(DepthwiseConv2d, O5_ByHand) {
  const int8_t input[] = {10, 20}, weights[] = {1, 2, 3, 4};
  const int32_t bias[4] = {}, multipliers[] = {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX}, shifts[4] = {};
  DepthwiseConv2d conv;
  conv.window = {{1, 1, 1, 0, 1}, {1, 1, 1, 0, 1}};
  conv.input_channels = 2;
  conv.output_channels = 4;
  conv.input_zero_point = 0;
  conv.bias = bias;
  conv.scaling = {multipliers, shifts, 0, -128, 127, Rounding::single_rounding};
  int8_t output[4];
  depthwise_conv_2d_reference(conv, input_rows<const int8_t>(conv.window, conv.input_channels, input), weights,
                              output_rows<int8_t>(conv.window, conv.output_channels, output), all_rows(conv.window));
  EXPECT_EQ(output[0], 10);
  EXPECT_EQ(output[1], 20);
  EXPECT_EQ(output[2], 60);
  EXPECT_EQ(output[3], 80);
}

}  // namespace
}  // namespace mote
