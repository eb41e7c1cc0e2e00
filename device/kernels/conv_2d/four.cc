// Four channels share the reading of an activation and the taking off of its zero point.
#include "device/kernels/conv_2d/four.h"

#include "device/kernels/four_sums.h"

namespace mote {
namespace {

// `filter` is the first of four, each `taps` long.
FourSums sums_at(const Conv2d& conv, const Rows<const int8_t>& input, const int8_t* filter, size_t taps, const Taps& rows,
                 const Taps& columns) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const auto places = static_cast<uint32_t>(columns.last - columns.first);
  const uint32_t runs = width.dilation == 1 ? 1 : places,
                 run = width.dilation == 1 ? places * conv.input_channels : conv.input_channels;
  FourSums sums{};
  for (int32_t row = rows.first; row < rows.last; ++row) {
    const int8_t* line = input.at(static_cast<uint32_t>(rows.start + row * height.dilation));
    for (uint32_t i = 0; i < runs; ++i) {
      const int32_t column = columns.first + static_cast<int32_t>(i);
      const size_t from = static_cast<size_t>(columns.start + column * width.dilation) * conv.input_channels;
      const size_t tap = static_cast<size_t>(row * width.filter + column) * conv.input_channels;
      sums.add_dot(line + from, filter + tap, taps, run, conv.input_zero_point);
    }
  }
  return sums;
}

}  // namespace

void conv_2d_by_four(const Conv2d& conv, Rows<const int8_t> input, const int8_t* weights, Rows<int8_t> output, RowRange range) {
  const size_t taps = static_cast<size_t>(conv.window.height.filter * conv.window.width.filter) * conv.input_channels;
  for (uint32_t y = range.first; y < range.end; ++y) {
    const Taps rows = taps_at(conv.window.height, static_cast<int32_t>(y));
    int8_t* to = output.at(y);
    for (int32_t x = 0; x < conv.window.width.output; ++x, to += conv.output_channels) {
      const Taps columns = taps_at(conv.window.width, x);
      for_each_four(conv.output_channels, [&](uint32_t channel) {
        sums_at(conv, input, weights + channel * taps, taps, rows, columns).store(conv.scaling, conv.bias, channel, to);
      });
    }
  }
}

}  // namespace mote
