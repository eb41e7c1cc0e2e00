// Four channels share the way to a place and to its tap.
#include "device/kernels/depthwise_conv_2d/four.h"

#include "device/kernels/four_sums.h"

namespace mote {
namespace {

// Weights of four channels, those of the next tap `step` further.
struct Four {
  const int8_t* weights;
  size_t step;
  uint32_t channel;  // the first
};

FourSums sums_at(const DepthwiseConv2d& conv, const Rows<const int8_t>& input, const Four& four, const Taps& rows,
                 const Taps& columns) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const size_t pixel = conv.input_channels, input_step = pixel * static_cast<uint32_t>(width.dilation), step = four.step;
  const uint32_t filters = conv.output_channels / conv.input_channels, first = four.channel / filters;
  const uint32_t second = (four.channel + 1) / filters - first, third = (four.channel + 2) / filters - first,
                 fourth = (four.channel + 3) / filters - first;
  int32_t a = 0, b = 0, c = 0, d = 0;
  for (int32_t row = rows.first; row < rows.last; ++row) {
    const int8_t* from = input.at(static_cast<uint32_t>(rows.start + row * height.dilation)) + first +
                         static_cast<size_t>(columns.start + columns.first * width.dilation) * pixel;
    const int8_t* tap = four.weights + static_cast<size_t>(row * width.filter + columns.first) * step;
    for (int32_t column = columns.first; column < columns.last; ++column, from += input_step, tap += step) {
      a += tap[0] * (from[0] - conv.input_zero_point);
      b += tap[1] * (from[second] - conv.input_zero_point);
      c += tap[2] * (from[third] - conv.input_zero_point);
      d += tap[3] * (from[fourth] - conv.input_zero_point);
    }
  }
  return {{a, b, c, d}};
}

}  // namespace

void depthwise_conv_2d_by_four(const DepthwiseConv2d& conv, Rows<const int8_t> input, const int8_t* weights, Rows<int8_t> output,
                               RowRange range) {
  for (uint32_t y = range.first; y < range.end; ++y) {
    const Taps rows = taps_at(conv.window.height, static_cast<int32_t>(y));
    int8_t* to = output.at(y);
    for (int32_t x = 0; x < conv.window.width.output; ++x, to += conv.output_channels) {
      const Taps columns = taps_at(conv.window.width, x);
      for_each_four(conv.output_channels, [&](uint32_t channel) {
        const Four four = {weights + channel, conv.output_channels, channel};
        sums_at(conv, input, four, rows, columns).store(conv.scaling, conv.bias, channel, to);
      });
    }
  }
}

}  // namespace mote
