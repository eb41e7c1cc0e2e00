// From raw sensor samples to the int16 input of a model.
#pragma once

#include "device/kernels/standardize/standardize.h"

namespace mote {

// As standardize, with an int16 output, which must not overlap the input; its zero point is 0 (O45).
void standardize_int16_reference(const Standardize& standardize, const int16_t* input, int16_t* output);

}  // namespace mote
