// Max pool on Armv8.1-M with Helium, sixteen channels at a time.
#pragma once

#include "device/kernels/max_pool_2d/max_pool_2d.h"

namespace mote::armv8_1_m_mve {

// What max_pool_2d_reference does. Needs nothing from the host, so it serves portable files too.
void max_pool_2d(const Pool2d& pool, const PoolRows& rows);

}  // namespace mote::armv8_1_m_mve
