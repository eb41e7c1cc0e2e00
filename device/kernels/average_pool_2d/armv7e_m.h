// Average pool for Armv7E-M, four channels at a time.
#pragma once

#include "device/kernels/average_pool_2d/average_pool_2d.h"

namespace mote {

// As average_pool_2d_reference, byte for byte.
void average_pool_2d_armv7e_m(const Pool2d& pool, const PoolRows& rows);

}  // namespace mote
