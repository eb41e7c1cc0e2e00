// Convolution of portable weights, four output channels at once: for machines without a packed form of their own.
#pragma once

#include "device/kernels/conv_2d/conv_2d.h"

namespace mote {

// conv_2d_reference, to the byte. REQUIRES one group and at least 4 output channels.
void conv_2d_by_four(const Conv2d& conv, Rows<const int8_t> input, const int8_t* weights, Rows<int8_t> output, RowRange range);

}  // namespace mote
