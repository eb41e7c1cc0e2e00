// The largest value under a window, per channel.
#pragma once

#include "device/kernels/pool.h"

namespace mote {

// y = clamp(max of x); places outside the input do not count (O7).
void max_pool_2d_reference(const Pool2d& pool, const PoolRows& rows);

}  // namespace mote
