// Convolution on int16: one output place and channel after the other.
#include "device/kernels/conv_2d_int16/conv_2d_int16.h"
#include "device/kernels/wide.h"

namespace mote {
namespace {

// `input` and `filter` point at the first channel of their group. Taps of one filter row lie side by side where there is one
// group and no dilation.
int64_t sum_at(const Conv2d& conv, const int16_t* input, const int8_t* filter, const Taps& rows, const Taps& columns) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const uint32_t channels = conv.input_channels / conv.groups;
  const uint32_t places = columns.last > columns.first ? static_cast<uint32_t>(columns.last - columns.first) : 0;
  const bool joined = conv.groups == 1 && width.dilation == 1;
  const uint32_t runs = joined && places > 0 ? 1 : places, run = joined ? places * channels : channels;
  int64_t sum = 0;
  for (int32_t row = rows.first; row < rows.last; ++row) {
    const auto y = static_cast<size_t>(rows.start + row * height.dilation);
    for (uint32_t i = 0; i < runs; ++i) {
      const int32_t column = columns.first + static_cast<int32_t>(i);
      const auto x = static_cast<size_t>(columns.start + column * width.dilation);
      const auto tap = static_cast<size_t>(row * width.filter + column);
      sum += wide_sum(input + (y * static_cast<size_t>(width.input) + x) * conv.input_channels, filter + tap * channels, run);
    }
  }
  return sum;
}

}  // namespace

void conv_2d_int16_reference(const Conv2d& conv, const int16_t* input, const int8_t* weights, int16_t* output) {
  const uint32_t channels = conv.input_channels / conv.groups, filters = conv.output_channels / conv.groups;
  const size_t taps = static_cast<size_t>(conv.window.height.filter * conv.window.width.filter) * channels;
  for (int32_t y = 0; y < conv.window.height.output; ++y) {
    const Taps rows = taps_at(conv.window.height, y);
    for (int32_t x = 0; x < conv.window.width.output; ++x) {
      const Taps columns = taps_at(conv.window.width, x);
      for (uint32_t channel = 0; channel < conv.output_channels; ++channel) {
        const int64_t sum = sum_at(conv, input + channel / filters * channels, weights + channel * taps, rows, columns);
        *output++ = apply_wide(conv.scaling, conv.bias[channel] + sum, channel);
      }
    }
  }
}

}  // namespace mote
