// Convolution of each input channel with its own filters.
#pragma once

#include "device/kernels/weighted.h"
#include "device/kernels/window.h"

namespace mote {

// input    int8 [height, width, input_channels]
// weights  int8 or int4 [filter height, filter width, output_channels], zero point 0
// bias     int32 [output_channels], scale = input scale * weight scale
// output   int8 [height, width, output_channels], may lie over rows of the input that no later window covers
//
// output_channels is a multiple m of input_channels; output channel o reads input channel o / m. Otherwise as conv_2d (O3, O5).
struct DepthwiseConv2d {
  Window window;
  uint32_t input_channels, output_channels;
  int32_t input_zero_point;
  const int32_t* bias;
  Scaling scaling;
};

void depthwise_conv_2d_reference(const DepthwiseConv2d& conv, Rows<const int8_t> input, const int8_t* weights,
                                 Rows<int8_t> output, RowRange range);
void depthwise_conv_2d_reference(const DepthwiseConv2d& conv, Rows<const int8_t> input, Nibbles weights, Rows<int8_t> output,
                                 RowRange range);

}  // namespace mote
