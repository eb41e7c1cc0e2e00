// Average pool with the channels side by side: for hosts.
#pragma once

#include "device/kernels/lanes.h"

namespace mote {

// average_pool_2d_reference, to the byte.
void average_pool_2d_by_lanes(const Pool2d& pool, const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange range);

}  // namespace mote
