// What max_pool_2d and average_pool_2d share: a window over each channel, and the rules of their nodes.
#pragma once

#include "device/kernels/node.h"
#include "device/kernels/window.h"

namespace mote {

// input   int8 [height, width, channels]
// output  int8 [height, width, channels], same scale and zero point, must not overlap the input
struct Pool2d {
  Window window;
  uint32_t channels;
  int32_t low, high;  // the fused activation
};

Pool2d pool_of(const NodeView& node);

// M19, M25 to M27, M31.
const char* check_pool(const NodeView& node);

}  // namespace mote
