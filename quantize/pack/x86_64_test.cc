// The packed nodes for x86-64 against the definition of their operators, by each set of instructions that this machine has.
#include "quantize/pack/x86_64.h"

#include <gtest/gtest.h>

#include <functional>

#include "device/kernels/packed/x86_64.h"
#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote::x86_64 {
namespace {

struct DilatedAxis {
  Axis axis;
  int dilation;
  int span() const { return (axis.filter - 1) * dilation + 1; }
};

DilatedAxis draw_dilated_axis(Random& random, int most_input) {
  while (true) {
    DilatedAxis drawn;
    drawn.dilation = draw(random, 0, 3) == 0 ? draw(random, 2, 3) : 1;
    drawn.axis = {draw(random, 1, most_input), draw(random, 1, 6), draw(random, 1, 3), 0, draw(random, 1, most_input + 2)};
    drawn.axis.pad = draw(random, 0, drawn.span() - 1);
    Axis spanned = drawn.axis;
    spanned.filter = drawn.span();
    if (is_axis_in_range(spanned) && is_output_right(spanned)) return drawn;
  }
}

int draw_channels(Random& random) { return draw(random, 0, 2) == 0 ? 8 * draw(random, 1, 9) : draw(random, 1, 40); }

// A weighted layer with operands. A depthwise one reads input channel o / (to / from) for output channel o.
struct PackedCase {
  DilatedAxis height, width;
  int from, to;  // input and output channels
  bool depthwise;
  std::vector<int8_t> input, weights;
  DrawnScaling drawn;

  PackedCase(Random& random, bool is_depthwise, DilatedAxis rows, DilatedAxis columns, int inputs, int outputs)
      : height(rows),
        width(columns),
        from(inputs),
        to(outputs),
        depthwise(is_depthwise),
        input(draw_int8(random, static_cast<size_t>(rows.axis.input * columns.axis.input * inputs))),
        weights(draw_int8(random, static_cast<size_t>(taps() * outputs), -127)),
        drawn(random, outputs, taps()) {
    for (int32_t& shift : drawn.shifts)
      if (shift > -1 || shift < -22) shift = -draw(random, 1, 22);
  }

  int taps() const { return height.axis.filter * width.axis.filter * (depthwise ? 1 : from); }
  size_t row() const { return static_cast<size_t>(width.axis.input * from); }
  size_t output_row() const { return static_cast<size_t>(width.axis.output * to); }

  NodeConstants constants() const {
    return {
        drawn.bias, drawn.multipliers, drawn.shifts, drawn.input_zero_point, drawn.scaling.zero_point, drawn.scaling.rounding};
  }
  Filter filter() const {
    return {static_cast<uint32_t>(to), static_cast<uint32_t>(height.axis.filter), static_cast<uint32_t>(width.axis.filter),
            static_cast<uint32_t>(depthwise ? 1 : from), weights};
  }
  WeightForm form() const { return depthwise ? WeightForm::by_tap : WeightForm::by_channel; }
  PackedNode pack() const {
    EXPECT_TRUE(suits(filter(), form(), constants()));
    return depthwise ? pack_depthwise_conv_2d(filter(), constants()) : pack_conv_2d(filter(), width.dilation, constants());
  }
  Convolution convolution() const {
    return {{height.axis, width.axis},   height.dilation,           width.dilation,
            static_cast<uint32_t>(from), static_cast<uint32_t>(to), drawn.input_zero_point};
  }
  Ending ending() const { return {drawn.scaling.low, drawn.scaling.high, drawn.scaling.rounding}; }

  int distance(int y, int x, int channel) const {
    if (y < 0 || y >= height.axis.input || x < 0 || x >= width.axis.input) return 0;
    return input[static_cast<size_t>(y) * row() + static_cast<size_t>(x * from + channel)] - drawn.input_zero_point;
  }
  int weight(int o, int row, int column, int channel) const {
    const int tap = row * width.axis.filter + column;
    return weights[static_cast<size_t>(depthwise ? tap * to + o
                                                 : (o * height.axis.filter * width.axis.filter + tap) * from + channel)];
  }
  int8_t expected(int y, int x, int o) const {
    const size_t c = static_cast<size_t>(o);
    int64_t sum = drawn.bias[c];
    const int first = depthwise ? o / (to / from) : 0, end = depthwise ? first + 1 : from;
    for (int row = 0; row < height.axis.filter; ++row)
      for (int column = 0; column < width.axis.filter; ++column)
        for (int channel = first; channel < end; ++channel)
          sum += weight(o, row, column, channel) * distance(y * height.axis.stride - height.axis.pad + row * height.dilation,
                                                            x * width.axis.stride - width.axis.pad + column * width.dilation,
                                                            channel);
    const int64_t scaled = oracle::requantize(sum, drawn.multipliers[c], drawn.shifts[c], drawn.scaling.rounding);
    return static_cast<int8_t>(oracle::between(drawn.scaling.low, scaled + drawn.scaling.zero_point, drawn.scaling.high));
  }
  std::vector<int8_t> expected() const {
    std::vector<int8_t> output;
    for (int y = 0; y < height.axis.output; ++y)
      for (int x = 0; x < width.axis.output; ++x)
        for (int o = 0; o < to; ++o) output.push_back(expected(y, x, o));
    return output;
  }
};

PackedCase draw_conv(Random& random, int most_input) {
  return PackedCase(random, false, draw_dilated_axis(random, most_input), draw_dilated_axis(random, most_input),
                    draw(random, 1, 20), draw_channels(random));
}
PackedCase draw_depthwise(Random& random, int most_input) {
  const int from = draw_channels(random), times = draw(random, 0, 3) == 0 ? draw(random, 2, 3) : 1;
  return PackedCase(random, true, draw_dilated_axis(random, most_input), draw_dilated_axis(random, most_input), from,
                    from * times);
}

// Runs the kernel with exactly the scratch that it asks for, and looks past its end and the output's.
std::vector<int8_t> run_rows(const PackedCase& one, const Instructions& machine, const PackedNode& node,
                             const Rows<const int8_t>& input, std::vector<int8_t>& held, uint32_t held_rows, RowRange range) {
  const Convolution conv = one.convolution();
  const size_t scratch_bytes = one.depthwise ? depthwise_conv_2d_scratch(conv) : conv_2d_scratch(conv);
  std::vector<int64_t> scratch(scratch_bytes / 8 + 2, 0x7777777777777777);
  int8_t* past = reinterpret_cast<int8_t*>(scratch.data()) + scratch_bytes;
  const auto run = one.depthwise ? depthwise_conv_2d : conv_2d;
  run(machine, conv, {node.weights.data(), node.constants.data()}, one.ending(), input,
      {held.data(), held_rows, one.output_row()}, range, scratch.data());
  EXPECT_TRUE(std::all_of(past, past + 8, [](int8_t byte) { return byte == 0x77; })) << "wrote past the scratch";
  EXPECT_EQ(held.back(), 77) << "wrote past the output";
  return held;
}

std::vector<int8_t> run_whole(const PackedCase& one, const Instructions& machine) {
  const auto rows = static_cast<uint32_t>(one.height.axis.output);
  std::vector<int8_t> output(rows * one.output_row() + 1, 77);
  run_rows(one, machine, one.pack(), {one.input.data(), static_cast<uint32_t>(one.height.axis.input), one.row()}, output, rows,
           {0, rows});
  output.pop_back();
  return output;
}

// A few output rows at a time from a ring that holds the rows they cover and nothing else, into a ring of as many rows.
std::vector<int8_t> run_from_rings(const PackedCase& one, const Instructions& machine, Random& random) {
  const PackedNode node = one.pack();
  const Axis& axis = one.height.axis;
  const int step = draw(random, 1, 3), held = (step - 1) * axis.stride + one.height.span();
  std::vector<int8_t> output;
  for (int first = 0; first < axis.output; first += step) {
    const int end = std::min(first + step, axis.output);
    std::vector<int8_t> ring = draw_int8(random, static_cast<size_t>(held) * one.row());
    for (int i = 0; i < held; ++i) {
      const int y = first * axis.stride - axis.pad + i;
      if (y >= 0 && y < axis.input)
        std::copy_n(one.input.begin() + y * static_cast<int>(one.row()), one.row(),
                    ring.begin() + y % held * static_cast<int>(one.row()));
    }
    std::vector<int8_t> rows(static_cast<size_t>(step) * one.output_row() + 1, 77);
    run_rows(one, machine, node, {ring.data(), static_cast<uint32_t>(held), one.row()}, rows, static_cast<uint32_t>(step),
             {static_cast<uint32_t>(first), static_cast<uint32_t>(end)});
    for (int y = first; y < end; ++y) {
      const auto row = rows.begin() + y % step * static_cast<int>(one.output_row());
      output.insert(output.end(), row, row + static_cast<int>(one.output_row()));
    }
  }
  return output;
}

// Input and output in one buffer: output row y ends before the first input row that a window from y on covers.
std::vector<int8_t> run_over_input(const PackedCase& one, const Instructions& machine) {
  const PackedNode node = one.pack();
  const Axis& axis = one.height.axis;
  int64_t ahead = 0;  // how far behind the output's first byte the input begins
  for (int y = 0; y < axis.output; ++y) {
    const int needed = std::clamp(y * axis.stride - axis.pad, 0, axis.input);
    ahead = std::max(ahead, int64_t{y + 1} * static_cast<int64_t>(one.output_row()) - needed * static_cast<int64_t>(one.row()));
  }
  const auto rows = static_cast<uint32_t>(axis.output);
  const size_t output_bytes = rows * one.output_row();
  std::vector<int8_t> buffer(std::max(static_cast<size_t>(ahead) + one.input.size(), output_bytes) + 1, 77);
  std::copy(one.input.begin(), one.input.end(), buffer.begin() + ahead);
  run_rows(one, machine, node, {buffer.data() + ahead, static_cast<uint32_t>(axis.input), one.row()}, buffer, rows, {0, rows});
  buffer.resize(output_bytes);
  return buffer;
}

void for_each_machine(const std::function<void(const Instructions&)>& look) {
  for (uint32_t place = 0; const Instructions* machine = find_instructions(place); ++place) {
    SCOPED_TRACE(name_of(*machine));
    look(*machine);
  }
}

TEST(PackedX86, HasPlainCOnEveryMachine) {
  std::string last;
  for_each_machine([&](const Instructions& machine) { last = name_of(machine); });
  EXPECT_EQ(last, "portable");
}

TEST(PackedX86, O3_O4_Conv2dEqualsTheDefinition) {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    const PackedCase one = draw_conv(random, i % 10 == 0 ? 30 : 9);
    const std::vector<int8_t> expected = one.expected();
    for_each_machine([&](const Instructions& machine) {
      ASSERT_EQ(run_whole(one, machine), expected) << "case " << i;
      ASSERT_EQ(run_from_rings(one, machine, random), expected) << "case " << i;
      ASSERT_EQ(run_over_input(one, machine), expected) << "case " << i;
    });
    if (HasFatalFailure()) return;
  }
}

// Strips of every length, by blocks with and without a partner.
TEST(PackedX86, O3_O4_PointwiseEqualsTheDefinitionAtEveryNumberOfPixelsAndBlocks) {
  Random random(2);
  for (int pixels = 1; pixels <= 30; ++pixels)
    for (const int to : {3, 8, 13, 16, 20, 24, 32, 40, 64}) {
      const DilatedAxis one = {{1, 1, 1, 0, 1}, 1}, columns = {{pixels, 1, 1, 0, pixels}, 1};
      const PackedCase layer(random, false, one, columns, draw(random, 1, 70), to);
      const std::vector<int8_t> expected = layer.expected();
      for_each_machine(
          [&](const Instructions& machine) { ASSERT_EQ(run_whole(layer, machine), expected) << pixels << " " << to; });
      if (HasFatalFailure()) return;
    }
}

TEST(PackedX86, O3_O5_DepthwiseConv2dEqualsTheDefinition) {
  Random random(3);
  for (int i = 0; i < 500; ++i) {
    const PackedCase one = draw_depthwise(random, i % 10 == 0 ? 30 : 9);
    const std::vector<int8_t> expected = one.expected();
    for_each_machine([&](const Instructions& machine) {
      ASSERT_EQ(run_whole(one, machine), expected) << "case " << i;
      ASSERT_EQ(run_from_rings(one, machine, random), expected) << "case " << i;
      ASSERT_EQ(run_over_input(one, machine), expected) << "case " << i;
    });
    if (HasFatalFailure()) return;
  }
}

std::vector<int8_t> run_full(const Instructions& machine, const PackedNode& node, const Ending& ending,
                             const std::vector<int8_t>& input, size_t outputs) {
  const FullyConnectedShape shape = {static_cast<uint32_t>(input.size()), static_cast<uint32_t>(outputs)};
  const size_t scratch_bytes = fully_connected_scratch(shape.inputs);
  std::vector<int64_t> scratch(scratch_bytes / 8 + 2, 0x7777777777777777);
  int8_t* past = reinterpret_cast<int8_t*>(scratch.data()) + scratch_bytes;
  std::vector<int8_t> output(outputs + 1, 77);
  fully_connected(machine, shape, {node.weights.data(), node.constants.data()}, ending, input.data(), output.data(),
                  scratch.data());
  EXPECT_TRUE(std::all_of(past, past + 8, [](int8_t byte) { return byte == 0x77; })) << "wrote past the scratch";
  EXPECT_EQ(output.back(), 77) << "wrote past the output";
  output.pop_back();
  return output;
}

TEST(PackedX86, O3_O6_FullyConnectedEqualsTheDefinition) {
  Random random(4);
  const DilatedAxis single = {{1, 1, 1, 0, 1}, 1};
  for (int i = 0; i < 1000; ++i) {
    const PackedCase one(random, false, single, single, draw(random, 1, 200), draw_channels(random));
    const PackedNode node = pack_fully_connected(one.filter(), one.constants());
    const std::vector<int8_t> expected = one.expected();
    for_each_machine([&](const Instructions& machine) {
      ASSERT_EQ(run_full(machine, node, one.ending(), one.input, expected.size()), expected) << "case " << i;
    });
    if (HasFatalFailure()) return;
  }
}

// Sums at the ties of every shift and at the ends of the range: a layer without weights hands its bias on.
TEST(PackedX86, O1_O2_RequantizationEqualsExactArithmeticAtEveryShift) {
  Random random(5);
  std::vector<int32_t> sums;
  for (int32_t i = -70; i <= 70; ++i) sums.push_back(i);
  for (int bit = 1; bit <= 28; ++bit)
    for (const int32_t multiple : {-3, -1, 1, 3})
      for (int32_t offset = -2; offset <= 2; ++offset) sums.push_back(multiple * (1 << bit) / 2 + offset);
  for (int32_t i = 0; i < 70; ++i) sums.insert(sums.end(), {kMostSum - i, i - kMostSum});
  for (int i = 0; i < 700; ++i) sums.push_back(draw(random, -(1 << draw(random, 1, 28)), 1 << draw(random, 1, 28)));

  const std::vector<int8_t> weights(sums.size()), input(1);
  for (const Rounding rounding : {Rounding::double_rounding, Rounding::single_rounding})
    for (int shift = -22; shift <= -1; ++shift)
      for (const int32_t multiplier : {0, 1 << 30, (1 << 30) + 1, 1518500250, 1610612736, 2000000011, INT32_MAX}) {
        const int32_t zero_point = draw(random, -128, 127);
        const std::vector<int32_t> multipliers(sums.size(), multiplier), shifts(sums.size(), shift);
        const Filter filter = {static_cast<uint32_t>(sums.size()), 1, 1, 1, weights};
        const NodeConstants constants = {sums, multipliers, shifts, 5, zero_point, rounding};
        ASSERT_TRUE(suits(filter, WeightForm::by_channel, constants));
        const PackedNode node = pack_fully_connected(filter, constants);
        for_each_machine([&](const Instructions& machine) {
          const std::vector<int8_t> output = run_full(machine, node, {-128, 127, rounding}, input, sums.size());
          for (size_t i = 0; i < sums.size(); ++i)
            ASSERT_EQ(output[i],
                      oracle::between(-128, oracle::requantize(sums[i], multiplier, shift, rounding) + zero_point, 127))
                << sums[i] << " * " << multiplier << " >> " << shift << ", rounding " << static_cast<int>(rounding);
        });
        if (HasFatalFailure()) return;
      }
}

struct OneChannel {
  std::vector<int8_t> weights = {1, 2, 3};
  std::vector<int32_t> bias = {7}, multipliers = {1 << 30}, shifts = {-1};
  bool fits() const {
    return suits({1, 1, 1, 3, weights}, WeightForm::by_channel, {bias, multipliers, shifts, 4, -3, Rounding::double_rounding});
  }
};

TEST(PackedX86, SuitsWhatItsArithmeticHoldsFor) {
  EXPECT_TRUE(OneChannel().fits());
  EXPECT_FALSE((OneChannel{.weights = {1, -128, 3}}.fits()));
  EXPECT_FALSE((OneChannel{.shifts = {0}}.fits()));
  EXPECT_FALSE((OneChannel{.shifts = {-23}}.fits()));
  EXPECT_TRUE((OneChannel{.shifts = {-22}}.fits()));
  EXPECT_TRUE((OneChannel{.multipliers = {0}, .shifts = {0}}.fits()));
  const int32_t widest = 6 * (128 + 4);
  EXPECT_TRUE((OneChannel{.bias = {kMostSum - widest}}.fits()));
  EXPECT_FALSE((OneChannel{.bias = {kMostSum - widest + 1}}.fits()));
  EXPECT_FALSE((OneChannel{.bias = {widest - 1 - kMostSum}}.fits()));
}

TEST(PackedX86, RefusesConstantsOutOfRange) {
  const OneChannel one;
  const PackedNode node =
      pack_fully_connected({1, 1, 1, 3, one.weights}, {one.bias, one.multipliers, one.shifts, 4, -3, Rounding::double_rounding});
  EXPECT_TRUE(is_in_range({node.weights.data(), node.constants.data()}, 1));
  const auto with = [&](ConstantRow row, int32_t value) {
    std::vector<int32_t> constants = node.constants;
    constants[row * kBlock] = value;
    return is_in_range({node.weights.data(), constants.data()}, 1);
  };
  EXPECT_FALSE(with(kMultiplier, -1));
  EXPECT_FALSE(with(kShift, 1));
  EXPECT_FALSE(with(kShift, 24));
  EXPECT_TRUE(with(kShift, 23));
}

// Three taps of nine channels: a block of eight, then one of one, which are a pair.
TEST(PackedX86, LaysTapsOutByPairsOfBlocks) {
  std::vector<int8_t> weights(27);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = static_cast<int8_t>(i + 1);
  const std::vector<int32_t> bias(9, 100), multipliers(9, 1 << 30), shifts(9, -1);
  const PackedNode node =
      pack_fully_connected({9, 1, 1, 3, weights}, {bias, multipliers, shifts, 2, -1, Rounding::double_rounding});
  ASSERT_EQ(node.weights.size(), 64u);
  EXPECT_EQ(std::vector<int8_t>(node.weights.begin() + 4, node.weights.begin() + 8), (std::vector<int8_t>{4, 5, 6, 0}));
  EXPECT_EQ(std::vector<int8_t>(node.weights.begin() + 32, node.weights.begin() + 36), (std::vector<int8_t>{25, 26, 27, 0}));
  EXPECT_EQ(node.weights[36], 0);
  ASSERT_EQ(node.constants.size(), 80u);
  EXPECT_EQ(node.constants[1], 100 - 2 * (4 + 5 + 6));
  EXPECT_EQ(node.constants[16 + 1], 100 - (2 + 128) * (4 + 5 + 6));
  EXPECT_EQ(node.constants[32 + 8], 1 << 30);
  EXPECT_EQ(node.constants[48], -1 * 4 + 2 + 1);
  EXPECT_EQ(node.constants[64], 2);
  EXPECT_EQ(node.constants[64 + 9], 0);
}

// A filter of five rows and one column of one channel is two groups, the second with one tap.
TEST(PackedX86, LaysOutDepthwiseTapsByColumns) {
  const std::vector<int8_t> weights = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};  // 5 rows, 2 columns
  const std::vector<int32_t> bias(1), multipliers(1, 1 << 30), shifts(1, -1);
  const PackedNode node =
      pack_depthwise_conv_2d({1, 5, 2, 1, weights}, {bias, multipliers, shifts, 0, 0, Rounding::single_rounding});
  ASSERT_EQ(node.weights.size(), 4 * 32u);
  const auto group = [&](int g) { return std::vector<int8_t>(node.weights.begin() + 32 * g, node.weights.begin() + 32 * g + 5); };
  EXPECT_EQ(group(0), (std::vector<int8_t>{1, 3, 5, 7, 0}));
  EXPECT_EQ(group(1), (std::vector<int8_t>{9, 0, 0, 0, 0}));
  EXPECT_EQ(group(2), (std::vector<int8_t>{2, 4, 6, 8, 0}));
  EXPECT_EQ(group(3), (std::vector<int8_t>{10, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace mote::x86_64
