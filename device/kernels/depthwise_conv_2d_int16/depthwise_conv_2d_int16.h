// Depthwise convolution of int16 activations with int8 weights.
#pragma once

#include "device/kernels/depthwise_conv_2d/depthwise_conv_2d.h"

namespace mote {

// As depthwise_conv_2d, with int16 input and output, both whole, that do not overlap; zero points are 0, the clamp is in int16
// (O42).
void depthwise_conv_2d_int16_reference(const DepthwiseConv2d& conv, const int16_t* input, const int8_t* weights, int16_t* output);

}  // namespace mote
