// Max pool with the four channels of a word at once: for cores that load words from anywhere.
#pragma once

#include "device/kernels/max_pool_2d/max_pool_2d.h"

namespace mote {

// max_pool_2d_reference, to the byte.
void max_pool_2d_by_words(const Pool2d& pool, const PoolRows& rows);

}  // namespace mote
