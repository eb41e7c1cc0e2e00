// Transposed convolution, plainly: each output place gathers the taps that reach it, so that no sum waits in memory.
#include "device/kernels/transpose_conv_2d/reaching.h"
#include "device/kernels/transpose_conv_2d/transpose_conv_2d.h"

namespace mote {
namespace {

int32_t sum_at(const TransposeConv2d& conv, const int8_t* input, const int8_t* filter, int32_t y, int32_t x) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  const Reaching rows = reaching(height, y), columns = reaching(width, x);
  int32_t sum = 0, from_y = rows.from;
  for (int32_t row = rows.first; row < rows.end; row += height.stride, --from_y) {
    int32_t from_x = columns.from;
    for (int32_t column = columns.first; column < columns.end; column += width.stride, --from_x) {
      const size_t from = static_cast<size_t>(from_y * width.input + from_x) * conv.input_channels;
      const size_t tap = static_cast<size_t>(row * width.filter + column) * conv.input_channels;
      sum += weighted_sum(input + from, filter + tap, conv.input_channels, conv.input_zero_point);
    }
  }
  return sum;
}

}  // namespace

void transpose_conv_2d_reference(const TransposeConv2d& conv, const int8_t* input, const int8_t* weights, int8_t* output) {
  const size_t filter_taps = static_cast<size_t>(conv.window.height.filter * conv.window.width.filter) * conv.input_channels;
  for (int32_t y = 0; y < conv.window.height.output; ++y)
    for (int32_t x = 0; x < conv.window.width.output; ++x)
      for (uint32_t channel = 0; channel < conv.output_channels; ++channel) {
        const int32_t sum = sum_at(conv, input, weights + channel * filter_taps, y, x);
        *output++ = conv.scaling.apply(conv.bias[channel] + sum, channel);
      }
}

}  // namespace mote
