// The mean over height and width, per channel.
#pragma once

#include "device/kernels/requantize.h"

namespace mote {

// input   int8 [places, channels]
// output  int8 [channels], must not overlap the input
//
// y = clamp(requantize(sum of x - places * zero point) + zero point), where multiplier and shift already hold 1 / places (O8).
// This is TensorFlow Lite's MEAN, which rounds otherwise than its AVERAGE_POOL_2D.
struct Mean {
  uint32_t places, channels;
  int32_t input_zero_point, output_zero_point;
  int32_t multiplier, shift;
  Rounding rounding;
};

void mean_reference(const Mean& mean, const int8_t* input, int8_t* output);

}  // namespace mote
