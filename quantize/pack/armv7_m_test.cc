// The packed kernels for Armv7-M against the reference kernels, byte for byte: what is packed here, they read.
#include "quantize/pack/armv7_m.h"

#include <gtest/gtest.h>

#include "device/kernels/conv_2d/conv_2d.h"
#include "device/kernels/depthwise_conv_2d/depthwise_conv_2d.h"
#include "device/kernels/fully_connected/fully_connected.h"
#include "device/kernels/test/draw.h"
#include "quantize/pack/test/kernel_memory.h"

namespace mote::armv7_m {
namespace {

using test::run_on_rings;
using test::Scratch;

std::vector<int32_t> widened(const std::vector<int8_t>& values) { return {values.begin(), values.end()}; }

// Random constants of a layer that suit the packed form.
struct DrawnLayer {
  uint32_t channels, taps;
  std::vector<int8_t> weights;
  std::vector<int32_t> wide;
  DrawnScaling drawn;

  DrawnLayer(Random& random, int to, int count)
      : channels(static_cast<uint32_t>(to)),
        taps(static_cast<uint32_t>(count)),
        weights(draw_int8(random, size_t{channels} * taps, -127)),
        wide(widened(weights)),
        drawn(random, to, count) {
    for (uint32_t c = 0; c < channels; ++c)
      if (drawn.multipliers[c] != 0) drawn.shifts[c] = std::clamp(drawn.shifts[c], -kMostShift, -kLeastShift);
  }

  Constants constants() const {
    return {{channels, taps, taps, 1}, wide, drawn.bias, drawn.multipliers, drawn.shifts, drawn.input_zero_point,
            drawn.scaling.zero_point};
  }
  Ending ending() const { return {drawn.scaling.low, drawn.scaling.high, drawn.scaling.rounding}; }
};

Packed view(const PackedConstants& packed) { return {packed.weights.data(), packed.records.data()}; }

uint32_t draw_columns(Random& random) { return static_cast<uint32_t>(draw(random, 1, kMostColumns)); }

struct ConvCase {
  Convolution conv;
  DrawnLayer layer;
  std::vector<int8_t> input;

  ConvCase(Random& random, Window window, int from, int to)
      : layer(random, to, window.height.filter * window.width.filter * from),
        input(draw_int8(random, static_cast<size_t>(window.height.input * window.width.input * from))) {
    conv.window = window;
    conv.input_channels = static_cast<uint32_t>(from);
    conv.output_channels = static_cast<uint32_t>(to);
    conv.input_zero_point = layer.drawn.input_zero_point;
  }

  uint32_t height() const { return static_cast<uint32_t>(conv.window.height.output); }
  Rows<const int8_t> input_rows() const {
    return {input.data(), static_cast<uint32_t>(conv.window.height.input),
            static_cast<size_t>(conv.window.width.input) * conv.input_channels};
  }
  size_t output_row() const { return static_cast<size_t>(conv.window.width.output) * conv.output_channels; }
  size_t output_count() const { return static_cast<size_t>(conv.window.height.output) * output_row(); }

  std::vector<int8_t> reference() const {
    Conv2d reference;
    reference.window = conv.window;
    reference.input_channels = conv.input_channels;
    reference.output_channels = conv.output_channels;
    reference.input_zero_point = conv.input_zero_point;
    reference.bias = layer.drawn.bias.data();
    reference.scaling = layer.drawn.scaling;
    std::vector<int8_t> output(output_count());
    conv_2d_reference(reference, input_rows(), layer.weights.data(), {output.data(), height(), output_row()}, {0, height()});
    return output;
  }

  // In calls of a few rows each.
  std::vector<int8_t> run(uint32_t columns, uint32_t rows_at_once) const {
    const PackedConstants packed = pack_conv_2d(layer.constants(), columns);
    EXPECT_EQ(packed.weights.size(), conv_2d_bytes(layer.channels, layer.taps, columns));
    std::vector<int8_t> output(output_count() + 1, 77);
    Scratch scratch(conv_2d_scratch(conv, columns));
    for (uint32_t first = 0; first < height(); first += rows_at_once)
      conv_2d(conv, view(packed), layer.ending(), input_rows(), {output.data(), height(), output_row()},
              {first, std::min(first + rows_at_once, height())}, columns, scratch.data());
    EXPECT_EQ(output.back(), 77) << "wrote past the end";
    output.pop_back();
    return output;
  }
};

TEST(PackedArmv7m, Conv2dRunsOnRings) {
  Random random(7);
  for (int i = 0; i < 500; ++i) {
    const ConvCase one(random, {draw_axis(random), draw_axis(random)}, draw(random, 1, 9), draw(random, 1, 7));
    const uint32_t columns = draw_columns(random);
    const PackedConstants packed = pack_conv_2d(one.layer.constants(), columns);
    Scratch scratch(conv_2d_scratch(one.conv, columns));
    const auto run = [&](const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange rows) {
      conv_2d(one.conv, view(packed), one.layer.ending(), input, output, rows, columns, scratch.data());
    };
    ASSERT_EQ(run_on_rings(one.conv, one.input, run), one.reference()) << "case " << i;
  }
}

TEST(PackedArmv7m, Conv2dEqualsTheReferenceOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 4000; ++i) {
    const int channels = draw(random, 0, 3) == 0 ? 4 * draw(random, 1, 5) : draw(random, 1, 9);
    const ConvCase one(random, {draw_axis(random), draw_axis(random)}, channels, draw(random, 1, 7));
    ASSERT_TRUE(suits(one.layer.constants()));
    ASSERT_EQ(one.run(draw_columns(random), static_cast<uint32_t>(draw(random, 1, 10))), one.reference()) << "case " << i;
  }
}

// As far as a lane's sum goes in either direction, over one chunk of 512 taps and several.
TEST(PackedArmv7m, Conv2dHoldsTheLargestSums) {
  Random random(2);
  for (const int channels : {512, 513, 1700})
    for (const int8_t weight : {int8_t{127}, int8_t{-127}})
      for (const int8_t x : {int8_t{127}, int8_t{-128}}) {
        ConvCase one(random, {{2, 1, 1, 0, 2}, {2, 1, 1, 0, 2}}, channels, 5);
        std::fill(one.input.begin(), one.input.end(), x);
        std::fill(one.layer.weights.begin(), one.layer.weights.end(), weight);
        one.layer.wide = widened(one.layer.weights);
        ASSERT_TRUE(suits(one.layer.constants()));
        for (uint32_t columns = 1; columns <= kMostColumns; ++columns)
          EXPECT_EQ(one.run(columns, 4), one.reference()) << channels;
      }
}

// As convolved with the filter spread out over zeros.
TEST(PackedArmv7m, Conv2dDilates) {
  Random random(3);
  for (int i = 0; i < 300; ++i) {
    const int high = draw(random, 1, 3), wide = draw(random, 1, 3), from = draw(random, 1, 5), to = draw(random, 1, 3);
    Axis height = {draw(random, 5, 12), draw(random, 1, 3), draw(random, 1, 2), 0, 0}, width = height;
    width.filter = draw(random, 1, 3);
    const auto place = [&](Axis& axis, int dilation) {  // spread, with as much padding as there may be
      axis.filter = (axis.filter - 1) * dilation + 1;
      axis.pad = draw(random, 0, axis.filter - 1);
      axis.output = (axis.input + axis.pad - axis.filter) / axis.stride + 1;
    };
    const Window narrow = {height, width};
    place(height, high), place(width, wide);
    if (height.output < 1 || width.output < 1) continue;
    ConvCase dense(random, {height, width}, from, to);
    ConvCase dilated(random, {height, width}, from, to);
    dilated.conv.window.height.filter = narrow.height.filter;
    dilated.conv.window.width.filter = narrow.width.filter;
    dilated.conv.dilation_height = high;
    dilated.conv.dilation_width = wide;
    dilated.input = dense.input;
    dilated.layer.taps = static_cast<uint32_t>(narrow.height.filter * narrow.width.filter * from);
    dilated.layer.drawn = dense.layer.drawn;
    dilated.layer.drawn.scaling.multipliers = dilated.layer.drawn.multipliers.data();
    dilated.layer.drawn.scaling.shifts = dilated.layer.drawn.shifts.data();
    dilated.conv.input_zero_point = dense.conv.input_zero_point;
    dilated.layer.weights.resize(size_t{dilated.layer.taps} * dilated.layer.channels);
    std::fill(dense.layer.weights.begin(), dense.layer.weights.end(), int8_t{0});
    size_t at = 0;
    for (int o = 0; o < to; ++o)
      for (int y = 0; y < narrow.height.filter; ++y)
        for (int x = 0; x < narrow.width.filter; ++x)
          for (int c = 0; c < from; ++c)
            dense.layer.weights[static_cast<size_t>(((o * height.filter + y * high) * width.filter + x * wide) * from + c)] =
                dilated.layer.weights[at++];
    dilated.layer.wide = widened(dilated.layer.weights);
    ASSERT_EQ(dilated.run(draw_columns(random), 2), dense.reference()) << "case " << i;
  }
}

struct DepthwiseCase {
  Convolution conv;
  DrawnLayer layer;  // its weights are [taps, channels]
  std::vector<int8_t> input;

  DepthwiseCase(Random& random, Window window, int channels)
      : layer(random, channels, window.height.filter * window.width.filter),
        input(draw_int8(random, static_cast<size_t>(window.height.input * window.width.input * channels))) {
    conv.window = window;
    conv.input_channels = conv.output_channels = static_cast<uint32_t>(channels);
    conv.input_zero_point = layer.drawn.input_zero_point;
  }

  Constants constants() const {
    Constants constants = layer.constants();
    constants.order = {layer.channels, layer.taps, 1, layer.channels};
    return constants;
  }
  uint32_t height() const { return static_cast<uint32_t>(conv.window.height.output); }
  Rows<const int8_t> input_rows() const {
    return {input.data(), static_cast<uint32_t>(conv.window.height.input),
            static_cast<size_t>(conv.window.width.input) * conv.input_channels};
  }
  size_t output_row() const { return static_cast<size_t>(conv.window.width.output) * conv.output_channels; }
  size_t output_count() const { return static_cast<size_t>(conv.window.height.output) * output_row(); }

  std::vector<int8_t> reference() const {
    DepthwiseConv2d reference;
    reference.window = conv.window;
    reference.input_channels = reference.output_channels = conv.output_channels;
    reference.input_zero_point = conv.input_zero_point;
    reference.bias = layer.drawn.bias.data();
    reference.scaling = layer.drawn.scaling;
    std::vector<int8_t> output(output_count());
    depthwise_conv_2d_reference(reference, input_rows(), layer.weights.data(), {output.data(), height(), output_row()},
                                {0, height()});
    return output;
  }

  std::vector<int8_t> run(uint32_t rows_at_once) const {
    const PackedConstants packed = pack_depthwise_conv_2d(constants(), conv);
    EXPECT_EQ(packed.weights.size(), depthwise_conv_2d_bytes(conv));
    std::vector<int8_t> output(output_count() + 1, 77);
    Scratch scratch(depthwise_conv_2d_scratch(conv));
    for (uint32_t first = 0; first < height(); first += rows_at_once)
      depthwise_conv_2d(conv, view(packed), layer.ending(), input_rows(), {output.data(), height(), output_row()},
                        {first, std::min(first + rows_at_once, height())}, scratch.data());
    EXPECT_EQ(output.back(), 77) << "wrote past the end";
    output.pop_back();
    return output;
  }
};

Axis draw_axis_of_three(Random& random) {
  while (true) {
    Axis axis = {draw(random, 1, 14), 3, draw(random, 1, 2), draw(random, 0, 2), draw(random, 1, 14)};
    if (is_axis_in_range(axis) && is_output_right(axis)) return axis;
  }
}

TEST(PackedArmv7m, DepthwiseConv2dEqualsTheReferenceOnRandomShapes) {
  Random random(5);
  for (int i = 0; i < 3000; ++i) {
    const DepthwiseCase one(random, {draw_axis(random), draw_axis(random)}, draw(random, 1, 19));
    ASSERT_TRUE(suits(one.constants()));
    ASSERT_EQ(one.run(static_cast<uint32_t>(draw(random, 1, 10))), one.reference()) << "case " << i;
  }
}

// Over time, as streaming models have them.
TEST(PackedArmv7m, TallAndWideDepthwiseFiltersEqualTheReference) {
  Random random(10);
  for (int i = 0; i < 1000; ++i) {
    Window window = {draw_tall_axis(random), {1, 1, 1, 0, 1}};
    if (i % 2 == 0) window.width = draw_axis(random);
    if (i % 4 == 0) std::swap(window.height, window.width);
    const DepthwiseCase one(random, window, draw(random, 1, 19));
    ASSERT_EQ(one.run(static_cast<uint32_t>(draw(random, 1, 6))), one.reference()) << "case " << i;
  }
}

TEST(PackedArmv7m, DepthwiseConv2dRunsOnRings) {
  Random random(8);
  for (int i = 0; i < 500; ++i) {
    const bool three = draw(random, 0, 1) == 0;
    const Window window =
        three ? Window{draw_axis_of_three(random), draw_axis_of_three(random)} : Window{draw_axis(random), draw_axis(random)};
    const DepthwiseCase one(random, window, draw(random, 1, 19));
    const PackedConstants packed = pack_depthwise_conv_2d(one.constants(), one.conv);
    Scratch scratch(depthwise_conv_2d_scratch(one.conv));
    const auto run = [&](const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange rows) {
      depthwise_conv_2d(one.conv, view(packed), one.layer.ending(), input, output, rows, scratch.data());
    };
    ASSERT_EQ(run_on_rings(one.conv, one.input, run), one.reference()) << "case " << i;
  }
}

TEST(PackedArmv7m, DepthwiseConv2dSlidesByOneAndTwo) {
  Random random(6);
  int forms[3] = {};
  for (int i = 0; i < 3000; ++i) {
    const DepthwiseCase one(random, {draw_axis_of_three(random), draw_axis_of_three(random)}, draw(random, 1, 25));
    ++forms[static_cast<int>(form_of(one.conv))];
    ASSERT_EQ(one.run(static_cast<uint32_t>(draw(random, 1, 10))), one.reference()) << "case " << i;
  }
  EXPECT_GT(forms[0], 500);
  EXPECT_GT(forms[1], 500);
}

// Output row y lies where input row y - 2 was, which no window from y on covers (device/kernels/rows.h).
template <typename Case, typename Run>
void expect_reference_over_input(const Case& one, Run run) {
  const size_t row = one.output_row();
  std::vector<int8_t> memory(2 * row);
  memory.insert(memory.end(), one.input.begin(), one.input.end());
  const auto height = static_cast<uint32_t>(one.conv.window.height.output);
  run(Rows<const int8_t>{memory.data() + 2 * row, height, row}, Rows<int8_t>{memory.data(), height, row}, RowRange{0, height});
  memory.resize(height * row);
  ASSERT_EQ(memory, one.reference());
}

TEST(PackedArmv7m, ConvolutionsMayWriteOverInputRowsThatAreDone) {
  Random random(9);
  for (int i = 0; i < 200; ++i) {
    const int high = draw(random, 1, 9), wide = draw(random, 2, 9), channels = draw(random, 1, 9);
    const Window same = {{high, 3, 1, 1, high}, {wide, 3, 1, 1, wide}};
    const ConvCase conv(random, same, channels, channels);
    const DepthwiseCase depthwise(random, same, channels);
    const uint32_t columns = draw_columns(random);
    const PackedConstants dense = pack_conv_2d(conv.layer.constants(), columns);
    const PackedConstants sliding = pack_depthwise_conv_2d(depthwise.constants(), depthwise.conv);
    Scratch scratch(std::max(conv_2d_scratch(conv.conv, columns), depthwise_conv_2d_scratch(depthwise.conv)));
    expect_reference_over_input(conv, [&](const auto& input, const auto& output, RowRange rows) {
      conv_2d(conv.conv, view(dense), conv.layer.ending(), input, output, rows, columns, scratch.data());
    });
    expect_reference_over_input(depthwise, [&](const auto& input, const auto& output, RowRange rows) {
      depthwise_conv_2d(depthwise.conv, view(sliding), depthwise.layer.ending(), input, output, rows, scratch.data());
    });
  }
}

TEST(PackedArmv7m, FullyConnectedEqualsTheReference) {
  Random random(4);
  for (int i = 0; i < 3000; ++i) {
    const int inputs = draw(random, 0, 20) == 0 ? draw(random, 500, 1700) : draw(random, 1, 90), outputs = draw(random, 1, 13);
    const DrawnLayer layer(random, outputs, inputs);
    const std::vector<int8_t> input = draw_int8(random, static_cast<size_t>(inputs));
    ASSERT_TRUE(suits(layer.constants()));
    const PackedConstants packed = pack_fully_connected(layer.constants());
    ASSERT_EQ(packed.weights.size(), fully_connected_bytes(layer.channels, layer.taps));
    std::vector<int8_t> output(layer.channels + 1, 77), expected(layer.channels);
    Scratch scratch(fully_connected_scratch(layer.taps));
    fully_connected({layer.taps, layer.channels}, view(packed), layer.ending(), input.data(), output.data(), scratch.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    output.pop_back();
    fully_connected_reference(
        {layer.taps, layer.channels, layer.drawn.input_zero_point, layer.drawn.bias.data(), layer.drawn.scaling}, input.data(),
        layer.weights.data(), expected.data());
    ASSERT_EQ(output, expected) << "case " << i;
  }
}

TEST(PackedArmv7m, ColumnsWithinScratchAreThreeOrOne) {
  Convolution conv;
  conv.window = {{5, 3, 1, 1, 5}, {5, 3, 1, 1, 5}};
  conv.input_channels = 16;
  EXPECT_EQ(conv_2d_scratch(conv, 3), 12u * 144);
  EXPECT_EQ(columns_within(conv, 12 * 144), 3u);
  EXPECT_EQ(columns_within(conv, 12 * 144 - 1), 1u);
}

TEST(PackedArmv7m, SuitsTellsWhatTheKernelsCannotTake) {
  const std::vector<int32_t> weights = {127, -127, 5, 0}, bias = {0}, multipliers = {1 << 30}, shifts = {-3};
  const Constants good = {{1, 4, 4, 1}, weights, bias, multipliers, shifts, -128, 127};
  EXPECT_TRUE(suits(good));
  const auto changed = [&](auto change) {
    Constants bad = good;
    change(bad);
    return suits(bad);
  };
  const std::vector<int32_t> low = {-128, 0, 0, 0}, up = {0}, far = {-23}, large = {1 << 30}, none = {0};
  EXPECT_FALSE(changed([&](Constants& bad) { bad.weights = low; }));
  EXPECT_FALSE(changed([&](Constants& bad) { bad.shifts = up; }));
  EXPECT_FALSE(changed([&](Constants& bad) { bad.shifts = far; }));
  EXPECT_FALSE(changed([&](Constants& bad) { bad.bias = large; }));
  EXPECT_TRUE(changed([&](Constants& bad) { bad.multipliers = none, bad.shifts = up; })) << "a factor of 0";
}

}  // namespace
}  // namespace mote::armv7_m
