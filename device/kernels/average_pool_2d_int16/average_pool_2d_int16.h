// Average pool over int16.
#pragma once

#include "device/kernels/pool.h"

namespace mote {

// As average_pool_2d, on int16, with a clamp in int16; a window has at most kMostWidePlaces places (O47).
void average_pool_2d_int16_reference(const Pool2d& pool, const PoolRowsOf<int16_t>& rows);

constexpr int32_t kMostWidePlaces = 1 << 15;  // so many values of -2^15, and half their number for rounding, fit into int32

}  // namespace mote
