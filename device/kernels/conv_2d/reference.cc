// Convolution, plainly: one output place and channel after the other.
#include "device/kernels/conv_2d/conv_2d.h"

namespace mote {
namespace {

// `input` and `filter` point at the first channel of their group. Taps of one filter row lie side by side in the input as in the
// weights where there is one group and no dilation, so that a row is one weighted sum.
template <typename Weights>
int32_t sum_at(const Conv2d& conv, const Rows<const int8_t>& input, Weights filter, const Taps& rows, const Taps& columns) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const uint32_t channels = conv.input_channels / conv.groups;
  const uint32_t places = static_cast<uint32_t>(columns.last - columns.first);
  const bool joined = conv.groups == 1 && width.dilation == 1;
  const uint32_t runs = joined ? 1 : places, run = joined ? places * channels : channels;
  int32_t sum = 0;
  for (int32_t row = rows.first; row < rows.last; ++row) {
    const int8_t* line = input.at(static_cast<uint32_t>(rows.start + row * height.dilation));
    for (uint32_t i = 0; i < runs; ++i) {
      const int32_t column = columns.first + static_cast<int32_t>(i);
      const size_t from = static_cast<size_t>(columns.start + column * width.dilation);
      const size_t tap = static_cast<size_t>(row * width.filter + column);
      sum += weighted_sum(line + from * conv.input_channels, filter + tap * channels, run, conv.input_zero_point);
    }
  }
  return sum;
}

template <typename Weights>
void convolve(const Conv2d& conv, const Rows<const int8_t>& input, Weights weights, const Rows<int8_t>& output, RowRange range) {
  const uint32_t channels = conv.input_channels / conv.groups, filters = conv.output_channels / conv.groups;
  const size_t filter_taps = static_cast<size_t>(conv.window.height.filter * conv.window.width.filter) * channels;
  for (uint32_t y = range.first; y < range.end; ++y) {
    const Taps rows = taps_at(conv.window.height, static_cast<int32_t>(y));
    int8_t* to = output.at(y);
    for (int32_t x = 0; x < conv.window.width.output; ++x) {
      const Taps columns = taps_at(conv.window.width, x);
      for (uint32_t channel = 0; channel < conv.output_channels; ++channel) {
        const Rows<const int8_t> group = {input.base + channel / filters * channels, input.held, input.row};
        const int32_t sum = sum_at(conv, group, weights + channel * filter_taps, rows, columns);
        *to++ = conv.scaling.apply(conv.bias[channel] + sum, channel);
      }
    }
  }
}

}  // namespace

void conv_2d_reference(const Conv2d& conv, Rows<const int8_t> input, const int8_t* weights, Rows<int8_t> output, RowRange range) {
  convolve(conv, input, weights, output, range);
}

void conv_2d_reference(const Conv2d& conv, Rows<const int8_t> input, Nibbles weights, Rows<int8_t> output, RowRange range) {
  convolve(conv, input, weights, output, range);
}

}  // namespace mote
