// The packed form for Armv8.1-M with Helium, packed by the host and run by the kernels, against the operators' definition.
#include "device/kernels/packed/armv8_1_m_mve.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"
#include "quantize/pack/armv8_1_m_mve.h"

namespace mote::armv8_1_m_mve {
namespace {

constexpr int8_t kUntouched = 77;

struct Place {
  Axis axis;
  int32_t dilation;
};

// Wider than draw_axis, so that rows fall into several chunks, and with dilation.
Place draw_place(Random& random, int widest) {
  const int dilation = draw(random, 0, 3) == 0 ? draw(random, 2, 3) : 1;
  Axis axis;
  axis.input = draw(random, 1, widest);
  axis.filter = draw(random, 1, draw(random, 0, 5) == 0 ? 9 : 4);
  axis.stride = draw(random, 1, 3);
  axis.pad = draw(random, 0, axis.filter - 1);
  const int reach = (axis.filter - 1) * dilation + 1;
  const int most = (axis.input - 1 + axis.pad) / axis.stride + 1;  // the last place still touches the input
  const int fits = axis.input + axis.pad - reach;
  axis.output = draw(random, std::min(most, fits < 0 ? 1 : fits / axis.stride + 1), most);
  return {axis, dilation};
}

// Factors that the packed form takes. A third of the layers have a fused ReLU.
struct Constant {
  DrawnScaling drawn;
  std::vector<int8_t> weights;

  Constant(Random& random, int channels, int taps)
      : drawn(random, channels, taps), weights(draw_int8(random, static_cast<size_t>(channels * taps), -127)) {
    for (int32_t& shift : drawn.shifts) shift = std::min(shift, -2);
    for (int32_t& bias : drawn.bias)
      if (draw(random, 0, 15) == 0) bias = draw(random, -(1 << 29), 1 << 29);
    if (draw(random, 0, 2) == 0) drawn.scaling.low = drawn.scaling.zero_point, drawn.scaling.high = 127;
  }

  Constants constants() const {
    return {weights, drawn.bias, drawn.multipliers, drawn.shifts, drawn.input_zero_point, drawn.scaling.rounding};
  }
  Ending ending() const { return {drawn.scaling.zero_point, drawn.scaling.low, drawn.scaling.high, drawn.scaling.rounding}; }
  int8_t finish(int64_t sum, size_t c) const {
    const Scaling& scaling = drawn.scaling;
    const int64_t scaled = oracle::requantize(sum + drawn.bias[c], drawn.multipliers[c], drawn.shifts[c], scaling.rounding);
    return static_cast<int8_t>(oracle::between(scaling.low, scaled + scaling.zero_point, scaling.high));
  }
};

// `at` is 16-byte aligned and has `bytes` bytes.
std::vector<int8_t> aligned_room(size_t bytes, int8_t*& at) {
  std::vector<int8_t> room(bytes + 15, kUntouched);
  at = room.data() + (16 - reinterpret_cast<uintptr_t>(room.data()) % 16) % 16;
  return room;
}

struct ConvolutionCase {
  bool depthwise;
  Convolution shape;
  std::vector<int8_t> input;
  Constant constant;

  static Convolution draw_shape(Random& random, bool depthwise) {
    const int widest = draw(random, 0, 3) == 0 ? 60 : 12;
    const Place height = draw_place(random, 8), width = draw_place(random, widest);
    Convolution shape;
    shape.window = {height.axis, width.axis};
    shape.dilation_height = height.dilation, shape.dilation_width = width.dilation;
    const int from = draw(random, 0, 2) == 0 ? 16 * draw(random, 1, 3) : draw(random, 1, 40);
    shape.input_channels = static_cast<uint32_t>(from);
    shape.output_channels = static_cast<uint32_t>(depthwise                 ? from
                                                  : draw(random, 0, 7) == 0 ? draw(random, 65, 150)
                                                                            : draw(random, 1, 45));
    if (draw(random, 0, 3) == 0 && !depthwise) {  // pointwise, mostly without a stride
      const int stride = draw(random, 0, 3) == 0 ? 2 : 1;
      shape.window = {{4, 1, stride, 0, 3 / stride + 1}, {widest, 1, stride, 0, (widest - 1) / stride + 1}};
      shape.dilation_height = shape.dilation_width = 1;
    }
    return shape;
  }

  ConvolutionCase(Random& random, bool is_depthwise) : ConvolutionCase(random, is_depthwise, draw_shape(random, is_depthwise)) {}
  ConvolutionCase(Random& random, bool is_depthwise, const Convolution& drawn)
      : depthwise(is_depthwise),
        shape(drawn),
        input(
            draw_int8(random, static_cast<size_t>(shape.window.height.input * shape.window.width.input) * shape.input_channels)),
        constant(
            random, static_cast<int>(shape.output_channels),
            shape.window.height.filter * shape.window.width.filter * static_cast<int>(depthwise ? 1 : shape.input_channels)) {
    shape.input_zero_point = constant.drawn.input_zero_point;
  }

  size_t output_row() const { return static_cast<size_t>(shape.window.width.output) * shape.output_channels; }
  size_t input_row() const { return static_cast<size_t>(shape.window.width.input) * shape.input_channels; }

  // (x - zero point) * w of one tap over the channels that output channel `to` reads.
  int64_t tap(int y, int x, size_t row, size_t column, size_t to) const {
    if (y < 0 || y >= shape.window.height.input || x < 0 || x >= shape.window.width.input) return 0;
    const int8_t* pixel = &input[static_cast<size_t>(y) * input_row() + static_cast<size_t>(x) * shape.input_channels];
    const size_t rows = static_cast<size_t>(shape.window.height.filter), columns = static_cast<size_t>(shape.window.width.filter);
    const auto product = [&](size_t from, size_t weight) {
      return int64_t{pixel[from] - constant.drawn.input_zero_point} * constant.weights[weight];
    };
    if (depthwise) return product(to, (row * columns + column) * shape.output_channels + to);
    int64_t sum = 0;
    for (size_t from = 0; from < shape.input_channels; ++from)
      sum += product(from, ((to * rows + row) * columns + column) * shape.input_channels + from);
    return sum;
  }

  std::vector<int8_t> expected() const {
    const Axis &height = shape.window.height, &width = shape.window.width;
    std::vector<int8_t> output;
    for (int y = 0; y < height.output; ++y)
      for (int x = 0; x < width.output; ++x)
        for (size_t to = 0; to < shape.output_channels; ++to) {
          int64_t sum = 0;
          for (int row = 0; row < height.filter; ++row)
            for (int column = 0; column < width.filter; ++column)
              sum += tap(y * height.stride - height.pad + row * shape.dilation_height,
                         x * width.stride - width.pad + column * shape.dilation_width, static_cast<size_t>(row),
                         static_cast<size_t>(column), to);
          output.push_back(constant.finish(sum, to));
        }
    return output;
  }

  std::vector<int8_t> run() const {
    const PackedConstants packed =
        depthwise ? pack_depthwise_conv_2d(shape, constant.constants()) : pack_conv_2d(shape, constant.constants());
    EXPECT_EQ(packed.filters.size(), depthwise ? depthwise_conv_2d_filter_bytes(shape) : conv_2d_filter_bytes(shape));
    EXPECT_EQ(packed.scales.size(), scales_count(shape.output_channels));
    EXPECT_TRUE(are_scales_in_range(packed.scales.data(), shape.output_channels));
    const size_t scratch_bytes = depthwise ? depthwise_conv_2d_scratch(shape) : conv_2d_scratch(shape);
    int8_t* scratch;
    const std::vector<int8_t> room = aligned_room(scratch_bytes + 1, scratch);

    std::vector<int8_t> output =
        shape.window.height.output % 2 == 0 ? run_over_input(packed, scratch) : run_row_by_row(packed, scratch);
    EXPECT_EQ(output.back(), kUntouched) << "wrote past the end";
    EXPECT_EQ(scratch[scratch_bytes], kUntouched) << "wrote past the scratch";
    output.pop_back();
    return output;
  }

  void run_rows(const PackedConstants& packed, const Rows<const int8_t>& from, const Rows<int8_t>& to, RowRange range,
                void* scratch) const {
    const auto kernel = depthwise ? depthwise_conv_2d : conv_2d;
    kernel(shape, {packed.scales.data(), packed.filters.data()}, constant.ending(), from, to, range, scratch);
  }

  // All rows in one call, the output as far over the input as rows.h allows: a row lies on rows that no window from it on covers.
  std::vector<int8_t> run_over_input(const PackedConstants& packed, void* scratch) const {
    const Axis& height = shape.window.height;
    size_t apart = 0;
    for (int y = 0; y < height.output; ++y) {
      const size_t end = static_cast<size_t>(y + 1) * output_row();
      const size_t covered = static_cast<size_t>(std::clamp(y * height.stride - height.pad, 0, int{height.input})) * input_row();
      if (end > covered) apart = std::max(apart, end - covered);
    }
    const auto outputs = static_cast<uint32_t>(height.output);
    const size_t output_bytes = outputs * output_row();
    std::vector<int8_t> memory(std::max(apart + input.size(), output_bytes), kUntouched);
    std::copy(input.begin(), input.end(), memory.begin() + static_cast<ptrdiff_t>(apart));
    run_rows(packed, {memory.data() + apart, static_cast<uint32_t>(height.input), input_row()},
             {memory.data(), outputs, output_row()}, {0, outputs}, scratch);
    const size_t rest = std::min(memory.size() - output_bytes, input.size());
    EXPECT_TRUE(
        std::equal(memory.end() - static_cast<ptrdiff_t>(rest), memory.end(), input.end() - static_cast<ptrdiff_t>(rest)));
    memory.resize(output_bytes);
    memory.push_back(kUntouched);
    return memory;
  }

  // Row after row, with as many input rows in memory as a window covers.
  std::vector<int8_t> run_row_by_row(const PackedConstants& packed, void* scratch) const {
    const auto outputs = static_cast<uint32_t>(shape.window.height.output);
    std::vector<int8_t> output(outputs * output_row() + 1, kUntouched);
    for (uint32_t y = 0; y < outputs; ++y) run_row(packed, y, {output.data(), outputs, output_row()}, scratch);
    return output;
  }

  void run_row(const PackedConstants& packed, uint32_t y, const Rows<int8_t>& to, void* scratch) const {
    const Axis& height = shape.window.height;
    const int reach = (height.filter - 1) * shape.dilation_height + 1;
    const auto held = static_cast<uint32_t>(std::min(reach, height.input));
    std::vector<int8_t> ring(held * input_row(), kUntouched);
    const Rows<int8_t> rows{ring.data(), held, input_row()};
    const int first = static_cast<int>(y) * height.stride - height.pad;
    for (int row = std::max(first, 0); row < std::min(first + reach, height.input); ++row)
      std::copy_n(&input[static_cast<size_t>(row) * input_row()], input_row(), rows.at(static_cast<uint32_t>(row)));
    run_rows(packed, {ring.data(), held, input_row()}, to, {y, y + 1}, scratch);
  }
};

TEST(PackedForMve, O3_O4_Conv2dEqualsTheDefinition) {
  Random random(1);
  for (int i = 0; i < 1500; ++i) {
    const ConvolutionCase drawn(random, false);
    ASSERT_TRUE(suits_conv_2d(drawn.shape, drawn.constant.constants()));
    ASSERT_EQ(drawn.run(), drawn.expected()) << "case " << i;
  }
}

// Places of several rows are summed together where that is safe: not when their channels are written in more than one go.
TEST(PackedForMve, PointwiseRowsMayLieOverTheirInput) {
  Random random(4);
  for (int i = 0; i < 200; ++i) {
    Convolution shape;
    const int width = draw(random, 1, 3), height = 2 * draw(random, 1, 3);
    shape.window = {{height, 1, 1, 0, height}, {width, 1, 1, 0, width}};
    shape.input_channels = static_cast<uint32_t>(draw(random, 40, 80));
    shape.output_channels = static_cast<uint32_t>(draw(random, 40, 120));
    const ConvolutionCase drawn(random, false, shape);
    ASSERT_EQ(drawn.run(), drawn.expected()) << "case " << i;
  }
}

TEST(PackedForMve, O3_O5_DepthwiseConv2dEqualsTheDefinition) {
  Random random(2);
  for (int i = 0; i < 1500; ++i) {
    const ConvolutionCase drawn(random, true);
    ASSERT_TRUE(suits_depthwise_conv_2d(drawn.shape, drawn.constant.constants()));
    ASSERT_EQ(drawn.run(), drawn.expected()) << "case " << i;
  }
}

// Filters over time, as streaming models have them, on few columns: many words, which no tile of neighbouring columns would fill.
TEST(PackedForMve, O3_O5_TallDepthwiseFiltersEqualTheDefinition) {
  Random random(5);
  for (int i = 0; i < 1000; ++i) {
    Convolution shape;
    shape.window = {draw_tall_axis(random), {1, 1, 1, 0, 1}};
    if (i % 2 == 0) shape.window.width = draw_place(random, 5).axis, shape.window.width.output = 1;
    if (i % 4 == 0) std::swap(shape.window.height, shape.window.width);
    shape.input_channels = shape.output_channels = static_cast<uint32_t>(draw(random, 1, 40));
    const ConvolutionCase drawn(random, true, shape);
    ASSERT_TRUE(suits_depthwise_conv_2d(drawn.shape, drawn.constant.constants()));
    ASSERT_EQ(drawn.run(), drawn.expected()) << "case " << i;
  }
}

TEST(PackedForMve, O3_O6_FullyConnectedEqualsTheDefinition) {
  Random random(3);
  for (int i = 0; i < 1500; ++i) {
    const int inputs = draw(random, 1, 200), outputs = draw(random, 1, 70);
    const std::vector<int8_t> input = draw_int8(random, static_cast<size_t>(inputs));
    const Constant constant(random, outputs, inputs);
    const FullyConnected layer{static_cast<uint32_t>(inputs), static_cast<uint32_t>(outputs)};
    ASSERT_TRUE(suits_fully_connected(layer, constant.constants()));
    const PackedConstants packed = pack_fully_connected(layer, constant.constants());
    ASSERT_EQ(packed.filters.size(), fully_connected_filter_bytes(layer));
    const size_t scratch_bytes = fully_connected_scratch(layer);
    int8_t* scratch;
    const std::vector<int8_t> room = aligned_room(scratch_bytes + 1, scratch);
    std::vector<int8_t> output(layer.outputs + 1, kUntouched);
    fully_connected(layer, {packed.scales.data(), packed.filters.data()}, constant.ending(), input.data(), output.data(),
                    scratch);
    ASSERT_EQ(output.back(), kUntouched) << "wrote past the end";
    ASSERT_EQ(scratch[scratch_bytes], kUntouched) << "wrote past the scratch";
    for (size_t o = 0; o < layer.outputs; ++o) {
      int64_t sum = 0;
      for (size_t k = 0; k < input.size(); ++k)
        sum += int64_t{constant.weights[o * input.size() + k]} * (input[k] - constant.drawn.input_zero_point);
      ASSERT_EQ(output[o], constant.finish(sum, o)) << "case " << i << " output " << o;
    }
  }
}

// What does not suit stays in the portable form: factors of 1/2 and more, and a bias' outside int32.
TEST(PackedForMve, SuitsOnlyWhatTheKernelsTake) {
  const std::vector<int8_t> weights = {127};
  const auto suits = [&](int32_t bias, int32_t multiplier, int32_t shift, Rounding rounding) {
    return suits_fully_connected({1, 1}, {weights, {&bias, 1}, {&multiplier, 1}, {&shift, 1}, -128, rounding});
  };
  EXPECT_TRUE(suits(0, 1 << 30, -1, Rounding::double_rounding));
  EXPECT_TRUE(suits(0, 1 << 30, -31, Rounding::double_rounding));
  EXPECT_FALSE(suits(0, 1 << 30, 0, Rounding::double_rounding));
  EXPECT_TRUE(suits(0, 0, 0, Rounding::double_rounding));
  EXPECT_TRUE(suits(0, 1 << 30, -2, Rounding::single_rounding));
  EXPECT_FALSE(suits(0, 1 << 30, -1, Rounding::single_rounding));
  EXPECT_FALSE(suits(INT32_MAX, 1 << 30, -2, Rounding::double_rounding));
  Convolution twice;
  twice.window = {{3, 1, 1, 0, 3}, {3, 1, 1, 0, 3}};
  twice.input_channels = 1, twice.output_channels = 2;
  EXPECT_FALSE(is_depthwise_in_range(twice));
  Convolution tall;
  tall.window = {{70, 64, 1, 0, 7}, {1, 1, 1, 0, 1}};
  tall.input_channels = tall.output_channels = 1;
  EXPECT_TRUE(is_depthwise_in_range(tall));
  tall.window.height = {70, 65, 1, 0, 6};
  EXPECT_FALSE(is_depthwise_in_range(tall));
  Convolution wide = tall;
  wide.window = {{1, 1, 1, 0, 1}, {4, 3, 1, 0, 4}};
  wide.dilation_width = 32767;
  EXPECT_TRUE(is_depthwise_in_range(wide));
  wide.dilation_width = 32768;
  EXPECT_FALSE(is_depthwise_in_range(wide)) << "reaches over 65537 columns";
}

}  // namespace
}  // namespace mote::armv8_1_m_mve
