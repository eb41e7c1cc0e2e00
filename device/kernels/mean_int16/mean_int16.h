// The mean, or the sum, along a dimension of int16.
#pragma once

#include "device/kernels/mean/mean.h"

namespace mote {

// As mean, with int16 input and output that do not overlap; zero points are 0. The sum fits into 32 bits (O44).
void mean_int16_reference(const Mean& mean, const int16_t* input, int16_t* output);

}  // namespace mote
