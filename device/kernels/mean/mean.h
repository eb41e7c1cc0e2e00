// The mean, or the sum, along a dimension.
#pragma once

#include "device/kernels/along.h"
#include "device/kernels/requantize.h"

namespace mote {

// input   int8 [outer, count, inner]
// output  int8 [outer, inner], must not overlap the input
//
// y = clamp(requantize(sum of x - count * zero point) + zero point). For a mean, multiplier and shift already hold 1 / count
// (O8). This is TensorFlow Lite's MEAN, which rounds otherwise than its AVERAGE_POOL_2D, and its SUM.
struct Mean {
  Along view;
  int32_t input_zero_point, output_zero_point;
  int32_t multiplier, shift;
  Rounding rounding;
};

void mean_reference(const Mean& mean, const int8_t* input, int8_t* output);

}  // namespace mote
