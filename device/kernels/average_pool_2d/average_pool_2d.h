// The mean of the values under a window, per channel.
#pragma once

#include "device/kernels/pool.h"

namespace mote {

// y = clamp(sum of x / places, halves away from zero); places outside the input do not count (O12). A window of at most 2^23
// places.
void average_pool_2d_reference(const Pool2d& pool, const PoolRows& rows);

}  // namespace mote
