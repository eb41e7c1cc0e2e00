// Convolution, plainly: one output place and channel after the other.
#include "device/kernels/conv_2d/conv_2d.h"

namespace mote {
namespace {

// Taps of one filter row lie side by side in the input as in the weights, so a row is one weighted sum.
int32_t sum_at(const Conv2d& conv, const Rows<const int8_t>& input, const int8_t* filter, const Taps& rows, const Taps& columns) {
  const uint32_t count = static_cast<uint32_t>(columns.last - columns.first) * conv.input_channels;
  int32_t sum = 0;
  for (int32_t row = rows.first; row < rows.last; ++row) {
    const int8_t* from = input.at(static_cast<uint32_t>(rows.start + row)) +
                         static_cast<size_t>(columns.start + columns.first) * conv.input_channels;
    const size_t tap = static_cast<size_t>(row * conv.window.width.filter + columns.first);
    sum += weighted_sum(from, filter + tap * conv.input_channels, count, conv.input_zero_point);
  }
  return sum;
}

}  // namespace

void conv_2d_reference(const Conv2d& conv, Rows<const int8_t> input, const int8_t* weights, Rows<int8_t> output, RowRange range) {
  const size_t filter_taps = static_cast<size_t>(conv.window.height.filter * conv.window.width.filter) * conv.input_channels;
  for (uint32_t y = range.first; y < range.end; ++y) {
    const Taps rows = taps_at(conv.window.height, static_cast<int32_t>(y));
    int8_t* to = output.at(y);
    for (int32_t x = 0; x < conv.window.width.output; ++x) {
      const Taps columns = taps_at(conv.window.width, x);
      for (uint32_t channel = 0; channel < conv.output_channels; ++channel) {
        const int32_t sum = sum_at(conv, input, weights + channel * filter_taps, rows, columns);
        *to++ = conv.scaling.apply(conv.bias[channel] + sum, channel);
      }
    }
  }
}

}  // namespace mote
