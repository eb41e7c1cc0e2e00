// Depthwise convolution, plainly: one output place and channel after the other.
#include "device/kernels/depthwise_conv_2d/depthwise_conv_2d.h"

namespace mote {
namespace {

// `input` and `weights` point at the channel; the next place is a whole pixel further.
template <typename Weights>
int32_t sum_at(const DepthwiseConv2d& conv, const int8_t* input, Weights weights, const Taps& rows, const Taps& columns) {
  int32_t sum = 0;
  for (int32_t row = rows.first; row < rows.last; ++row) {
    const int32_t from = (rows.start + row * conv.window.height.dilation) * conv.window.width.input + columns.start;
    const int32_t tap = row * conv.window.width.filter;
    for (int32_t column = columns.first; column < columns.last; ++column) {
      const size_t place = static_cast<size_t>(from + column * conv.window.width.dilation);
      const int32_t value = input[place * conv.input_channels] - conv.input_zero_point;
      sum += weights[static_cast<size_t>(tap + column) * conv.output_channels] * value;
    }
  }
  return sum;
}

template <typename Weights>
void convolve(const DepthwiseConv2d& conv, const int8_t* input, Weights weights, int8_t* output) {
  const uint32_t filters = conv.output_channels / conv.input_channels;  // per input channel
  for (int32_t y = 0; y < conv.window.height.output; ++y) {
    const Taps rows = taps_at(conv.window.height, y);
    for (int32_t x = 0; x < conv.window.width.output; ++x) {
      const Taps columns = taps_at(conv.window.width, x);
      for (uint32_t channel = 0; channel < conv.output_channels; ++channel) {
        const int32_t sum = sum_at(conv, input + channel / filters, weights + channel, rows, columns);
        *output++ = conv.scaling.apply(conv.bias[channel] + sum, channel);
      }
    }
  }
}

}  // namespace

void depthwise_conv_2d_reference(const DepthwiseConv2d& conv, const int8_t* input, const int8_t* weights, int8_t* output) {
  convolve(conv, input, weights, output);
}

void depthwise_conv_2d_reference(const DepthwiseConv2d& conv, const int8_t* input, Nibbles weights, int8_t* output) {
  convolve(conv, input, weights, output);
}

}  // namespace mote
