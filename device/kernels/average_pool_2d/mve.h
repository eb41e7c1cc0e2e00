// Average pool on Armv8.1-M with Helium, four channels at a time.
#pragma once

#include "device/kernels/pool.h"
#include "device/kernels/rows.h"

namespace mote::armv8_1_m_mve {

// What average_pool_2d_reference does, row by row. Needs nothing from the host, so it serves portable files too.
void average_pool_2d(const Pool2d& pool, const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange range);

}  // namespace mote::armv8_1_m_mve
