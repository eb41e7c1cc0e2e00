// Multiplication for Armv7-M and Armv7E-M, a dozen instructions per element.
#pragma once

#include "device/kernels/mul/mul.h"

namespace mote {

// As mul_reference, byte for byte; faster where the factor is from 2^-23 to 1/2, as those of models are.
void mul_armv7e_m(const Mul& mul, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

}  // namespace mote
