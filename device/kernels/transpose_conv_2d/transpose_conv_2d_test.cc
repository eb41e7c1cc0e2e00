// transpose_conv_2d against its definition, which adds where the kernel gathers.
#include "device/kernels/transpose_conv_2d/transpose_conv_2d.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"
#include "device/kernels/transpose_conv_2d/four.h"

namespace mote {
namespace {

// Outputs of any size: shorter than the input reaches, or longer.
Axis draw_transposed_axis(Random& random) {
  Axis axis;
  axis.input = draw(random, 1, 6);
  axis.filter = draw(random, 1, 5);
  axis.stride = draw(random, 1, 4);
  axis.pad = draw(random, 0, axis.filter - 1);
  axis.output = draw(random, 1, 24);
  return axis;
}

struct TransposeCase {
  Window window;
  int input_channels, output_channels;
  std::vector<int8_t> input, weights;
  DrawnScaling drawn;

  explicit TransposeCase(Random& random, int fewest = 1)
      : window{draw_transposed_axis(random), draw_transposed_axis(random)},
        input_channels(draw(random, 0, 3) == 0 ? draw(random, 6, 40) : draw(random, 1, 5)),
        output_channels(draw(random, fewest, fewest + 6)),
        input(draw_int8(random, static_cast<size_t>(window.height.input * window.width.input * input_channels))),
        weights(draw_int8(random, static_cast<size_t>(output_channels * taps()))),
        drawn(random, output_channels, taps()) {}

  int taps() const { return window.height.filter * window.width.filter * input_channels; }
  size_t output_count() const { return static_cast<size_t>(window.height.output * window.width.output * output_channels); }

  std::vector<int8_t> run(decltype(transpose_conv_2d_reference) kernel) const {
    TransposeConv2d conv;
    conv.window = window;
    conv.input_channels = static_cast<uint32_t>(input_channels);
    conv.output_channels = static_cast<uint32_t>(output_channels);
    conv.input_zero_point = drawn.input_zero_point;
    conv.bias = drawn.bias.data();
    conv.scaling = drawn.scaling;
    std::vector<int8_t> output(output_count() + 1, 77);
    kernel(conv, input.data(), weights.data(), output.data());
    EXPECT_EQ(output.back(), 77) << "wrote past the end";
    output.pop_back();
    return output;
  }

  void add_filter(int y, int x, int to, std::vector<int64_t>* sums) const {
    for (int row = 0; row < window.height.filter; ++row)
      for (int column = 0; column < window.width.filter; ++column) {
        const int at_y = y * window.height.stride - window.height.pad + row;
        const int at_x = x * window.width.stride - window.width.pad + column;
        if (at_y < 0 || at_y >= window.height.output || at_x < 0 || at_x >= window.width.output) continue;
        int64_t& sum = (*sums)[static_cast<size_t>((at_y * window.width.output + at_x) * output_channels + to)];
        for (int from = 0; from < input_channels; ++from) {
          const size_t tap = static_cast<size_t>(to * taps() + (row * window.width.filter + column) * input_channels + from);
          const size_t place = static_cast<size_t>((y * window.width.input + x) * input_channels + from);
          sum += int64_t{weights[tap]} * (input[place] - drawn.input_zero_point);
        }
      }
  }

  std::vector<int8_t> expected() const {
    std::vector<int64_t> sums(output_count());
    for (size_t i = 0; i < sums.size(); ++i) sums[i] = drawn.bias[i % static_cast<size_t>(output_channels)];
    for (int y = 0; y < window.height.input; ++y)
      for (int x = 0; x < window.width.input; ++x)
        for (int to = 0; to < output_channels; ++to) add_filter(y, x, to, &sums);
    std::vector<int8_t> output;
    for (size_t i = 0; i < sums.size(); ++i) {
      const size_t c = i % static_cast<size_t>(output_channels);
      const int64_t scaled = oracle::requantize(sums[i], drawn.multipliers[c], drawn.shifts[c], drawn.scaling.rounding);
      output.push_back(
          static_cast<int8_t>(oracle::between(drawn.scaling.low, scaled + drawn.scaling.zero_point, drawn.scaling.high)));
    }
    return output;
  }
};

TEST(TransposeConv2d, O3_O33_EqualTheDefinitionOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    const TransposeCase one(random);
    ASSERT_EQ(one.run(transpose_conv_2d_reference), one.expected()) << "case " << i;
  }
}

TEST(TransposeConv2d, O3_O33_FourChannelsAtATimeEqualTheDefinition) {
  Random random(2);
  for (int i = 0; i < 3000; ++i) {
    const TransposeCase one(random, 4);
    ASSERT_EQ(one.run(transpose_conv_2d_by_four), one.expected()) << "case " << i;
  }
}

}  // namespace
}  // namespace mote
