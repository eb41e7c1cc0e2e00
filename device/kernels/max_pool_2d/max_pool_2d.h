// The largest value under a window, per channel.
#pragma once

#include "device/kernels/window.h"

namespace mote {

// input   int8 [height, width, channels]
// output  int8 [height, width, channels], same scale and zero point, must not overlap the input
//
// y = clamp(max of x); places outside the input do not count (O7).
struct MaxPool2d {
  Window window;
  uint32_t channels;
  int32_t low, high;
};

void max_pool_2d_reference(const MaxPool2d& pool, const int8_t* input, int8_t* output);

}  // namespace mote
