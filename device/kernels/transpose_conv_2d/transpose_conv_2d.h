// The transposed convolution: each input place adds a filter to the output, `stride` places apart.
#pragma once

#include "device/kernels/weighted.h"
#include "device/kernels/window.h"

namespace mote {

// input    int8 [height, width, input_channels]
// weights  int8 [output_channels, filter height, filter width, input_channels], zero point 0
// bias     int32 [output_channels], scale = input scale * weight scale
// output   int8 [height, width, output_channels], must not overlap the others
//
// Tap t of input place i lies on output place i * stride - pad + t; what lies outside the output is lost, and an output place
// that no tap reaches is the bias alone (O3, O33). No dilation.
struct TransposeConv2d {
  Window window;
  uint32_t input_channels, output_channels;
  int32_t input_zero_point;
  const int32_t* bias;
  Scaling scaling;
};

void transpose_conv_2d_reference(const TransposeConv2d& conv, const int8_t* input, const int8_t* weights, int8_t* output);

}  // namespace mote
