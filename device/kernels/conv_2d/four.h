// Convolution of portable weights, four output channels at once: for machines without a packed form of their own.
#pragma once

#include "device/kernels/conv_2d/conv_2d.h"

namespace mote {

// conv_2d_reference, to the byte. REQUIRES one group and at least 4 output channels.
void conv_2d_by_four(const Conv2d& conv, Rows<const int8_t> input, const int8_t* weights, Rows<int8_t> output, RowRange range);

// Likewise of weights of 4 bits, for any groups and channels.
void conv_2d_by_four(const Conv2d& conv, Rows<const int8_t> input, Nibbles weights, Rows<int8_t> output, RowRange range);

// Likewise for any groups. REQUIRES windows of at most kMostGathered taps, which are gathered first.
constexpr uint32_t kMostGathered = 256;
void conv_2d_in_groups(const Conv2d& conv, Rows<const int8_t> input, const int8_t* weights, Rows<int8_t> output, RowRange range);

}  // namespace mote
