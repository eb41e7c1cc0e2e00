// The sum of two int16 activations of one shape, each with a scale of its own.
#pragma once

#include "device/kernels/add/add.h"

namespace mote {

// first, output: int16 [count]; second: int16 [period], met again and again. The output may be the first. Zero points are 0.
//
// As add, with x * 2^15 in place of x * 2^20 (O43), so that the factors of the inputs are at most 1/2, of the sum below 1.
void add_int16_reference(const Add& add, const int16_t* first, const int16_t* second, uint32_t period, uint32_t count,
                         int16_t* output);

constexpr int32_t kAddInt16LeftShift = 15;

}  // namespace mote
