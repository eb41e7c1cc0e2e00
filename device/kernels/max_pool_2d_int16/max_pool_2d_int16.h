// Max pool over int16.
#pragma once

#include "device/kernels/pool.h"

namespace mote {

// As max_pool_2d, on int16, with a clamp in int16 (O47).
void max_pool_2d_int16_reference(const Pool2d& pool, const PoolRowsOf<int16_t>& rows);

}  // namespace mote
