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

TEST(FourSums, O4_ConvolutionEqualsTheReference) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    Conv2d conv;
    conv.window = {draw_axis(random), draw_axis(random)};
    conv.input_channels = static_cast<uint32_t>(draw(random, 1, 9));
    conv.output_channels = static_cast<uint32_t>(draw(random, 4, 13));
    conv.groups = 1;
    const Axis &height = conv.window.height, &width = conv.window.width;
    const auto taps = static_cast<size_t>(height.filter * width.filter) * conv.input_channels;
    const DrawnScaling drawn(random, static_cast<int>(conv.output_channels), static_cast<int>(taps));
    conv.input_zero_point = drawn.input_zero_point;
    conv.bias = drawn.bias.data();
    conv.scaling = drawn.scaling;
    const auto input = draw_int8(random, places(height, width, false) * conv.input_channels);
    const auto weights = draw_int8(random, taps * conv.output_channels, -127);
    std::vector<int8_t> expected(places(height, width, true) * conv.output_channels + 1, 77), output = expected;
    const auto from = input_rows<const int8_t>(conv.window, conv.input_channels, input.data());
    conv_2d_reference(conv, from, weights.data(), output_rows(conv.window, conv.output_channels, expected.data()),
                      all_rows(conv.window));
    conv_2d_by_four(conv, from, weights.data(), output_rows(conv.window, conv.output_channels, output.data()),
                    all_rows(conv.window));
    ASSERT_EQ(output, expected) << "case " << i;
  }
}

TEST(FourSums, O5_DepthwiseEqualsTheReference) {
  Random random(2);
  for (int i = 0; i < 2000; ++i) {
    DepthwiseConv2d conv;
    conv.window = {draw_axis(random), draw_axis(random)};
    conv.input_channels = conv.output_channels = static_cast<uint32_t>(draw(random, 4, 13));
    const Axis &height = conv.window.height, &width = conv.window.width;
    const auto taps = static_cast<size_t>(height.filter * width.filter);
    const DrawnScaling drawn(random, static_cast<int>(conv.output_channels), static_cast<int>(taps));
    conv.input_zero_point = drawn.input_zero_point;
    conv.bias = drawn.bias.data();
    conv.scaling = drawn.scaling;
    const auto input = draw_int8(random, places(height, width, false) * conv.input_channels);
    const auto weights = draw_int8(random, taps * conv.output_channels, -127);
    std::vector<int8_t> expected(places(height, width, true) * conv.output_channels + 1, 77), output = expected;
    const auto from = input_rows<const int8_t>(conv.window, conv.input_channels, input.data());
    depthwise_conv_2d_reference(conv, from, weights.data(), output_rows(conv.window, conv.output_channels, expected.data()),
                                all_rows(conv.window));
    depthwise_conv_2d_by_four(conv, from, weights.data(), output_rows(conv.window, conv.output_channels, output.data()),
                              all_rows(conv.window));
    ASSERT_EQ(output, expected) << "case " << i;
  }
}

TEST(FourSums, O6_FullyConnectedEqualsTheReference) {
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    FullyConnected layer;
    layer.inputs = static_cast<uint32_t>(draw(random, 1, 200));
    layer.outputs = static_cast<uint32_t>(draw(random, 4, 13));
    const DrawnScaling drawn(random, static_cast<int>(layer.outputs), static_cast<int>(layer.inputs));
    layer.input_zero_point = drawn.input_zero_point;
    layer.bias = drawn.bias.data();
    layer.scaling = drawn.scaling;
    const auto input = draw_int8(random, layer.inputs), weights = draw_int8(random, size_t{layer.inputs} * layer.outputs, -127);
    std::vector<int8_t> expected(layer.outputs + 1, 77), output = expected;
    fully_connected_reference(layer, input.data(), weights.data(), expected.data());
    fully_connected_by_four(layer, input.data(), weights.data(), output.data());
    ASSERT_EQ(output, expected) << "case " << i;
  }
}

}  // namespace
}  // namespace mote
