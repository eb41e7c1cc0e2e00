// The difference of two operands, each with a scale of its own.
#pragma once

#include "device/kernels/add/add.h"

namespace mote {

// As add_reference, with a1 - a2 in place of the sum (O20). TensorFlow Lite's SUB (reference/sub.h).
void sub_reference(const Add& sub, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

}  // namespace mote
