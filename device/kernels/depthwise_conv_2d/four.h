// Depthwise convolution of portable weights, four channels at once: for machines without a packed form of their own.
#pragma once

#include "device/kernels/depthwise_conv_2d/depthwise_conv_2d.h"

namespace mote {

// depthwise_conv_2d_reference, to the byte. REQUIRES at least 4 output channels.
void depthwise_conv_2d_by_four(const DepthwiseConv2d& conv, Rows<const int8_t> input, const int8_t* weights, Rows<int8_t> output,
                               RowRange range);

}  // namespace mote
