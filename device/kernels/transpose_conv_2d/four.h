// transpose_conv_2d, four output channels at a time.
#pragma once

#include "device/kernels/transpose_conv_2d/transpose_conv_2d.h"

namespace mote {

// What transpose_conv_2d_reference does. REQUIRES at least 4 output channels.
void transpose_conv_2d_by_four(const TransposeConv2d& conv, const int8_t* input, const int8_t* weights, int8_t* output);

}  // namespace mote
