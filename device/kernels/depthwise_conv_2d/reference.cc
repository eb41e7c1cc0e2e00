// Depthwise convolution, plainly: one output place and channel after the other.
#include "device/kernels/depthwise_conv_2d/depthwise_conv_2d.h"

namespace mote {
namespace {

// `input.base` and `weights` point at the channel; the next place is a whole pixel further.
template <typename Weights>
int32_t sum_at(const DepthwiseConv2d& conv, const Rows<const int8_t>& input, Weights weights, const Taps& rows,
               const Taps& columns) {
  int32_t sum = 0;
  for (int32_t row = rows.first; row < rows.last; ++row) {
    const int8_t* from = input.at(static_cast<uint32_t>(rows.start + row * conv.window.height.dilation));
    const int32_t tap = row * conv.window.width.filter;
    for (int32_t column = columns.first; column < columns.last; ++column) {
      const size_t place = static_cast<size_t>(columns.start + column * conv.window.width.dilation);
      const int32_t value = from[place * conv.input_channels] - conv.input_zero_point;
      sum += weights[static_cast<size_t>(tap + column) * conv.output_channels] * value;
    }
  }
  return sum;
}

template <typename Weights>
void convolve(const DepthwiseConv2d& conv, const Rows<const int8_t>& input, Weights weights, const Rows<int8_t>& output,
              RowRange range) {
  const uint32_t filters = conv.output_channels / conv.input_channels;  // per input channel
  for (uint32_t y = range.first; y < range.end; ++y) {
    const Taps rows = taps_at(conv.window.height, static_cast<int32_t>(y));
    int8_t* to = output.at(y);
    for (int32_t x = 0; x < conv.window.width.output; ++x) {
      const Taps columns = taps_at(conv.window.width, x);
      for (uint32_t channel = 0; channel < conv.output_channels; ++channel) {
        const int32_t sum =
            sum_at(conv, {input.base + channel / filters, input.held, input.row}, weights + channel, rows, columns);
        *to++ = conv.scaling.apply(conv.bias[channel] + sum, channel);
      }
    }
  }
}

}  // namespace

void depthwise_conv_2d_reference(const DepthwiseConv2d& conv, Rows<const int8_t> input, const int8_t* weights,
                                 Rows<int8_t> output, RowRange range) {
  convolve(conv, input, weights, output, range);
}

void depthwise_conv_2d_reference(const DepthwiseConv2d& conv, Rows<const int8_t> input, Nibbles weights, Rows<int8_t> output,
                                 RowRange range) {
  convolve(conv, input, weights, output, range);
}

}  // namespace mote
