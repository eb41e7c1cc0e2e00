// Multiplication on Armv8.1-M with Helium, four elements at a time.
#pragma once

#include "device/kernels/mul/mul.h"

namespace mote::armv8_1_m_mve {

// What mul_reference does, for either rounding. Needs nothing from the host, so it serves portable files too.
void mul(const Mul& mul, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

}  // namespace mote::armv8_1_m_mve
