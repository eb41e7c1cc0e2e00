// The square of the difference of two operands, each with a scale of its own.
#pragma once

#include "device/kernels/add/add.h"

namespace mote {

// first, second, output: int8 [count]; the output may be one of the inputs.
//
// a = requantize((x - zero point) * 2^7, factor) of each input, whose factors are scale / (2 * the larger scale), so at most 1/2;
// then y = clamp(requantize((a1 - a2)^2, sum) + zero point of y) (O23). TensorFlow Lite Micro's SQUARED_DIFFERENCE.
// |a1 - a2| <= 255 * 2^7, so its square is below 2^30 and may be shifted by 1.
void squared_difference_reference(const Add& pair, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

constexpr int32_t kSquaredDifferenceLeftShift = 7;

}  // namespace mote
