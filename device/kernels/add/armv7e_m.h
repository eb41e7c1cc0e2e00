// Addition and subtraction for Armv7E-M, a few instructions per element.
#pragma once

#include "device/kernels/add/add.h"

namespace mote {

// As add_reference, byte for byte, at a fifth of its instructions where one input has the larger scale (so that its factor is
// 1/2), the other a factor of at most 1/2, and the sum one from 2^-23 to 1/2: every addition that TensorFlow Lite writes, at
// usual scales.
void add_armv7e_m(const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

// Likewise sub_reference (device/kernels/sub/sub.h).
void sub_armv7e_m(const Add& sub, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

}  // namespace mote
