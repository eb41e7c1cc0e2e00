// conv_2d_int16 against its definition, on random shapes and at the edges of the number range.
#include "device/kernels/conv_2d_int16/conv_2d_int16.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_wide.h"

namespace mote {
namespace {

struct WideConvCase {
  Window window;
  int from, to, groups, channels;  // `channels` of the input that each filter reads
  std::vector<int16_t> input;
  std::vector<int8_t> weights;
  DrawnWideScaling drawn;

  WideConvCase(Random& random, Window geometry, int from_channels, int to_channels, int parts)
      : window(geometry),
        from(from_channels),
        to(to_channels),
        groups(parts),
        channels(from / parts),
        input(draw_int16(random, static_cast<size_t>(window.height.input * window.width.input * from))),
        weights(draw_int8(random, static_cast<size_t>(to * window.height.filter * window.width.filter * channels))),
        drawn(random, to, window.height.filter * window.width.filter * channels) {}

  std::vector<int16_t> run() const {
    Conv2d conv;
    conv.window = window;
    conv.input_channels = static_cast<uint32_t>(from);
    conv.output_channels = static_cast<uint32_t>(to);
    conv.groups = static_cast<uint32_t>(groups);
    conv.input_zero_point = 0;
    conv.bias = drawn.bias.data();
    conv.scaling = drawn.scaling;
    return run_guarded<int16_t>(static_cast<size_t>(window.height.output * window.width.output * to),
                                [&](int16_t* output) { conv_2d_int16_reference(conv, input.data(), weights.data(), output); });
  }

  int64_t at(int y, int x, int channel) const {
    if (y < 0 || y >= window.height.input || x < 0 || x >= window.width.input) return 0;
    return input[static_cast<size_t>((y * window.width.input + x) * from + channel)];
  }

  int64_t accumulator(int y, int x, int o) const {
    int64_t sum = drawn.bias[static_cast<size_t>(o)];
    auto tap = static_cast<size_t>(o * window.height.filter * window.width.filter * channels);
    const int group = o / (to / groups) * channels;
    for (int row = 0; row < window.height.filter; ++row)
      for (int column = 0; column < window.width.filter; ++column)
        for (int i = 0; i < channels; ++i)
          sum += weights[tap++] * at(y * window.height.stride - window.height.pad + row * window.height.dilation,
                                     x * window.width.stride - window.width.pad + column * window.width.dilation, group + i);
    return sum;
  }

  std::vector<int16_t> expected() const {
    std::vector<int16_t> output;
    for (int y = 0; y < window.height.output; ++y)
      for (int x = 0; x < window.width.output; ++x)
        for (int o = 0; o < to; ++o) output.push_back(drawn.expected(accumulator(y, x, o), static_cast<size_t>(o)));
    return output;
  }
};

TEST(Conv2dInt16, O42_EqualsTheDefinitionOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    const int parts = i % 3 == 0 ? draw(random, 2, 4) : 1;
    const Window window = {draw_axis(random, i % 2 == 0), draw_axis(random, i % 2 == 0)};
    const WideConvCase one(random, window, parts * draw(random, 1, 5), parts * draw(random, 1, 6), parts);
    ASSERT_EQ(one.run(), one.expected()) << "case " << i;
  }
}

// Rows of 700 products, which 32 bits do not hold.
TEST(Conv2dInt16, O42_SumsBeyond32Bits) {
  Random random(2);
  for (int i = 0; i < 200; ++i) {
    WideConvCase one(random, {{2, 2, 1, 0, 1}, {8, 7, 1, 0, 2}}, 100, 3, 1);
    const int16_t end = i % 2 == 0 ? -32768 : 32767;
    if (i % 3 == 0) {
      one.input.assign(one.input.size(), end);
      one.weights.assign(one.weights.size(), -128);
    }
    ASSERT_EQ(one.run(), one.expected()) << "case " << i;
  }
}

}  // namespace
}  // namespace mote
