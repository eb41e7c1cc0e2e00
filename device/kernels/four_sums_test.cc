// The portable kernels that take four channels at once against the plain ones.
#include <gtest/gtest.h>

#include "device/kernels/conv_2d/four.h"
#include "device/kernels/depthwise_conv_2d/four.h"
#include "device/kernels/fully_connected/four.h"
#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {
namespace {

size_t places(const Axis& height, const Axis& width, bool output) {
  return output ? static_cast<size_t>(height.output * width.output) : static_cast<size_t>(height.input * width.input);
}

// A convolution, its operands, and what the reference makes of them.
struct DrawnConv {
  Conv2d conv;
  size_t taps;
  DrawnScaling drawn;
  std::vector<int8_t> input, weights;

  DrawnConv(Random& random, uint32_t groups, uint32_t most, uint32_t filters, bool dilated)
      : conv{{draw_axis(random, dilated), draw_axis(random, dilated)},
             groups * static_cast<uint32_t>(draw(random, 1, static_cast<int>(most))),
             groups * filters,
             groups,
             0,
             nullptr,
             {}},
        taps(static_cast<size_t>(conv.window.height.filter * conv.window.width.filter) * (conv.input_channels / groups)),
        drawn(random, static_cast<int>(conv.output_channels), static_cast<int>(taps)) {
    conv.input_zero_point = drawn.input_zero_point;
    conv.bias = drawn.bias.data();
    conv.scaling = drawn.scaling;
    input = draw_int8(random, places(conv.window.height, conv.window.width, false) * conv.input_channels);
    weights = draw_int8(random, taps * conv.output_channels, -127);
  }

  template <typename Run>
  std::vector<int8_t> output(Run run) const {
    std::vector<int8_t> output(places(conv.window.height, conv.window.width, true) * conv.output_channels + 1, 77);
    run(conv, input_rows<const int8_t>(conv.window, conv.input_channels, input.data()),
        output_rows(conv.window, conv.output_channels, output.data()), all_rows(conv.window));
    return output;
  }
};

TEST(FourSums, O4_ConvolutionEqualsTheReference) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const DrawnConv one(random, 1, 9, static_cast<uint32_t>(draw(random, 4, 13)), i % 2 == 0);
    ASSERT_EQ(one.output([&](const Conv2d& conv, auto from, auto to, auto rows) {
      conv_2d_by_four(conv, from, one.weights.data(), to, rows);
    }),
              one.output([&](const Conv2d& conv, auto from, auto to, auto rows) {
                conv_2d_reference(conv, from, one.weights.data(), to, rows);
              }))
        << "case " << i;
  }
}

TEST(FourSums, O4_ConvolutionInGroupsEqualsTheReference) {
  Random random(4);
  for (int i = 0; i < 2000; ++i) {
    const DrawnConv one(random, static_cast<uint32_t>(draw(random, 1, 4)), 5, static_cast<uint32_t>(draw(random, 1, 9)),
                        i % 2 == 0);
    ASSERT_LE(one.taps, kMostGathered);
    ASSERT_EQ(one.output([&](const Conv2d& conv, auto from, auto to, auto rows) {
      conv_2d_in_groups(conv, from, one.weights.data(), to, rows);
    }),
              one.output([&](const Conv2d& conv, auto from, auto to, auto rows) {
                conv_2d_reference(conv, from, one.weights.data(), to, rows);
              }))
        << "case " << i;
  }
}

// Up to 90 channels: more than are unpacked at once.
TEST(FourSums, O3_ConvolutionOfFourBitsEqualsTheReference) {
  Random random(5);
  for (int i = 0; i < 1500; ++i) {
    const auto groups = static_cast<uint32_t>(draw(random, 0, 2) == 0 ? draw(random, 2, 3) : 1);
    const DrawnConv one(random, groups, i % 10 == 0 ? 90 : 9, static_cast<uint32_t>(draw(random, 1, 9)), i % 2 == 0);
    const std::vector<uint8_t> bytes = packed_nibbles(narrowed(one.weights));
    const Nibbles weights{bytes.data(), 0};
    ASSERT_EQ(
        one.output([&](const Conv2d& conv, auto from, auto to, auto rows) { conv_2d_by_four(conv, from, weights, to, rows); }),
        one.output([&](const Conv2d& conv, auto from, auto to, auto rows) { conv_2d_reference(conv, from, weights, to, rows); }))
        << "case " << i;
  }
}

// Rows of many places, so that several lots of them share weights.
TEST(FourSums, O3_ConvolutionOfFourBitsHoldsForLongRows) {
  Random random(6);
  for (const int width : {15, 16, 17, 40}) {
    DrawnConv one(random, 1, 3, 5, false);
    one.conv.window.width = {width, 3, 1, 1, width};
    one.conv.window.height = {2, 1, 1, 0, 2};
    one.taps = 3 * one.conv.input_channels;
    one.input = draw_int8(random, static_cast<size_t>(2 * width) * one.conv.input_channels);
    one.weights = draw_int8(random, one.taps * one.conv.output_channels, -127);
    const std::vector<uint8_t> bytes = packed_nibbles(narrowed(one.weights));
    const Nibbles weights{bytes.data(), 0};
    ASSERT_EQ(
        one.output([&](const Conv2d& conv, auto from, auto to, auto rows) { conv_2d_by_four(conv, from, weights, to, rows); }),
        one.output([&](const Conv2d& conv, auto from, auto to, auto rows) { conv_2d_reference(conv, from, weights, to, rows); }));
  }
}

void expect_depthwise(const DepthwiseConv2d& conv, const std::vector<int8_t>& input, const int8_t* weights) {
  std::vector<int8_t> expected(places(conv.window.height, conv.window.width, true) * conv.output_channels + 1, 77);
  std::vector<int8_t> output = expected;
  const auto from = input_rows<const int8_t>(conv.window, conv.input_channels, input.data());
  depthwise_conv_2d_reference(conv, from, weights, output_rows(conv.window, conv.output_channels, expected.data()),
                              all_rows(conv.window));
  depthwise_conv_2d_by_four(conv, from, weights, output_rows(conv.window, conv.output_channels, output.data()),
                            all_rows(conv.window));
  ASSERT_EQ(output, expected);
}

TEST(FourSums, O5_DepthwiseEqualsTheReference) {
  Random random(2);
  for (int i = 0; i < 3000; ++i) {
    DepthwiseConv2d conv;
    conv.window = {draw_axis(random, i % 2 == 0), draw_axis(random, i % 2 == 0)};
    const auto filters = static_cast<uint32_t>(draw(random, 1, 9));
    conv.input_channels = static_cast<uint32_t>(filters < 4 ? draw(random, 4, 13) : draw(random, 1, 3));
    conv.output_channels = filters * conv.input_channels;
    const auto taps = static_cast<size_t>(conv.window.height.filter * conv.window.width.filter);
    const DrawnScaling drawn(random, static_cast<int>(conv.output_channels), static_cast<int>(taps));
    conv.input_zero_point = drawn.input_zero_point;
    conv.bias = drawn.bias.data();
    conv.scaling = drawn.scaling;
    const auto input = draw_int8(random, places(conv.window.height, conv.window.width, false) * conv.input_channels);
    const auto weights = draw_int8(random, taps * conv.output_channels, -127);
    expect_depthwise(conv, input, weights.data());
  }
}

template <typename Weights>
void expect_connected(const FullyConnected& layer, const std::vector<int8_t>& input, Weights weights) {
  std::vector<int8_t> expected(layer.outputs + 1, 77), output = expected;
  fully_connected_reference(layer, input.data(), weights, expected.data());
  fully_connected_by_four(layer, input.data(), weights, output.data());
  ASSERT_EQ(output, expected);
}

TEST(FourSums, O6_FullyConnectedEqualsTheReference) {
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    FullyConnected layer;
    layer.inputs = static_cast<uint32_t>(draw(random, 1, 200));
    layer.outputs = static_cast<uint32_t>(draw(random, 1, 13));
    const DrawnScaling drawn(random, static_cast<int>(layer.outputs), static_cast<int>(layer.inputs));
    layer.input_zero_point = drawn.input_zero_point;
    layer.bias = drawn.bias.data();
    layer.scaling = drawn.scaling;
    const auto input = draw_int8(random, layer.inputs), weights = draw_int8(random, size_t{layer.inputs} * layer.outputs, -127);
    if (layer.outputs >= 4) expect_connected(layer, input, weights.data());
    const std::vector<uint8_t> bytes = packed_nibbles(narrowed(weights));
    expect_connected(layer, input, Nibbles{bytes.data(), 0});
  }
}

}  // namespace
}  // namespace mote
