// Depthwise convolution on int16: one output place and channel after the other.
#include "device/kernels/depthwise_conv_2d_int16/depthwise_conv_2d_int16.h"
#include "device/kernels/wide.h"

namespace mote {
namespace {

// `input` and `weights` point at the channel; the next place is a whole pixel further.
int64_t sum_at(const DepthwiseConv2d& conv, const int16_t* input, const int8_t* weights, const Taps& rows, const Taps& columns) {
  const Axis &height = conv.window.height, &width = conv.window.width;
  int64_t sum = 0;
  for (int32_t row = rows.first; row < rows.last; ++row) {
    const auto line = static_cast<size_t>(rows.start + row * height.dilation) * static_cast<size_t>(width.input);
    for (int32_t column = columns.first; column < columns.last;) {
      const int32_t end = columns.last - column < kWideRun ? columns.last : column + kWideRun;
      int32_t run = 0;
      for (; column < end; ++column) {
        const size_t place = line + static_cast<size_t>(columns.start + column * width.dilation);
        run += input[place * conv.input_channels] * weights[static_cast<size_t>(row * width.filter + column) * conv.output_channels];
      }
      sum += run;
    }
  }
  return sum;
}

}  // namespace

void depthwise_conv_2d_int16_reference(const DepthwiseConv2d& conv, const int16_t* input, const int8_t* weights,
                                       int16_t* output) {
  const uint32_t filters = conv.output_channels / conv.input_channels;  // per input channel
  for (int32_t y = 0; y < conv.window.height.output; ++y) {
    const Taps rows = taps_at(conv.window.height, y);
    for (int32_t x = 0; x < conv.window.width.output; ++x) {
      const Taps columns = taps_at(conv.window.width, x);
      for (uint32_t channel = 0; channel < conv.output_channels; ++channel) {
        const int64_t sum = sum_at(conv, input + channel / filters, weights + channel, rows, columns);
        *output++ = apply_wide(conv.scaling, conv.bias[channel] + sum, channel);
      }
    }
  }
}

}  // namespace mote
