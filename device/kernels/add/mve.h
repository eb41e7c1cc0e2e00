// Addition on Armv8.1-M with Helium, four elements at a time.
#pragma once

#include "device/kernels/add/add.h"

namespace mote::armv8_1_m_mve {

// What add_reference does, for either rounding. Needs nothing from the host, so it serves portable files too.
void add(const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

}  // namespace mote::armv8_1_m_mve
