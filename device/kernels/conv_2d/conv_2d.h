// Convolution of int8 activations with int8 weights.
#pragma once

#include "device/kernels/weighted.h"
#include "device/kernels/window.h"

namespace mote {

// input    int8 [height, width, input_channels]
// weights  int8 or int4 [output_channels, filter height, filter width, input_channels / groups], zero point 0
// bias     int32 [output_channels], scale = input scale * weight scale
// output   int8 [height, width, output_channels], may lie over rows of the input that no later window covers
//
// y = clamp(requantize(bias + sum of w * (x - zero point)) + zero point); taps outside the input add nothing. Each of `groups`
// equal shares of the output channels reads its share of the input channels (O3, O4).
struct Conv2d {
  Window window;
  uint32_t input_channels, output_channels;
  uint32_t groups = 1;
  int32_t input_zero_point;
  const int32_t* bias;
  Scaling scaling;
};

void conv_2d_reference(const Conv2d& conv, Rows<const int8_t> input, const int8_t* weights, Rows<int8_t> output, RowRange range);
void conv_2d_reference(const Conv2d& conv, Rows<const int8_t> input, Nibbles weights, Rows<int8_t> output, RowRange range);

}  // namespace mote
