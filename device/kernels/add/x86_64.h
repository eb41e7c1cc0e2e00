// Addition with the vectors of x86-64.
#pragma once

#include "device/kernels/add/add.h"
#include "device/kernels/packed/x86_64.h"

namespace mote::x86_64 {

// add_reference, to the byte, by these instructions as far as they go; the output may be one of the inputs.
void add(const Instructions& machine, const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

}  // namespace mote::x86_64
