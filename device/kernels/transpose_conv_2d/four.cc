// Four channels share the way to an input place, the reading of an activation and the taking off of its zero point.
#include "device/kernels/transpose_conv_2d/four.h"

#include "device/kernels/four_sums.h"
#include "device/kernels/transpose_conv_2d/reaching.h"

namespace mote {
namespace {

// `filter` is the first of four, each `taps` long.
FourSums sums_at(const TransposeConv2d& conv, const int8_t* input, const int8_t* filter, size_t taps, const Reaching& rows,
                 const Reaching& columns) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const size_t channels = conv.input_channels, step = channels * static_cast<uint32_t>(width.stride);
  FourSums sums{};
  int32_t y = rows.from;
  for (int32_t row = rows.first; row < rows.end; row += height.stride, --y) {
    size_t tap = static_cast<size_t>(row * width.filter + columns.first) * channels;
    size_t from = static_cast<size_t>(y * width.input + columns.from) * channels;
    for (int32_t column = columns.first; column < columns.end; column += width.stride, tap += step, from -= channels)
      sums.add_dot(input + from, filter + tap, taps, conv.input_channels, conv.input_zero_point);
  }
  return sums;
}

}  // namespace

void transpose_conv_2d_by_four(const TransposeConv2d& conv, const int8_t* input, const int8_t* weights, int8_t* output) {
  const size_t taps = static_cast<size_t>(conv.window.height.filter * conv.window.width.filter) * conv.input_channels;
  for (int32_t y = 0; y < conv.window.height.output; ++y) {
    const Reaching rows = reaching(conv.window.height, y);
    for (int32_t x = 0; x < conv.window.width.output; ++x, output += conv.output_channels) {
      const Reaching columns = reaching(conv.window.width, x);
      for_each_four(conv.output_channels, [&](uint32_t channel) {
        sums_at(conv, input, weights + channel * taps, taps, rows, columns).store(conv.scaling, conv.bias, channel, output);
      });
    }
  }
}

}  // namespace mote
