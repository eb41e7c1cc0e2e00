// Channels whose factor is out of the packed kernels' reach, given another that makes the same outputs.
#pragma once

#include "quantize/pack/weighted_node.h"

namespace mote {

// Pruned networks have channels of tiny weights under a large bias: their sums are scaled by less than 2^-23, and whatever the
// input, the output is one value or one of two neighbours. Such a channel gets a bias and a factor in the usual range that make
// the same value of every sum its weights can reach; `low` and `high` are the node's clamp. Others stay as they are.
void tame_flat_channels(WeightedNode& node, int32_t low, int32_t high);

}  // namespace mote
