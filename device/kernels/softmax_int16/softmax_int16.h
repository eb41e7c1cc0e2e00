// Softmax over int16 channels.
#pragma once

#include "device/kernels/requantize.h"

namespace mote {

// input   int16 [places, channels], zero point 0
// output  int16 [places, channels], scale 1/32768, zero point 0; may be the input itself
//
// The distance to the largest input, scaled by multiplier * 2^(shift - 31) so that 65535 stands for 10, goes through a table of
// exp; the sum of those through a table of 1 / (1 + x) (O48). TensorFlow Lite's SOFTMAX of int16 (reference/softmax.h).
struct SoftmaxInt16 {
  uint32_t places, channels;
  int32_t multiplier, shift;  // shift -31 to 14
  Rounding rounding;
};

constexpr int32_t kMostSoftmaxInt16Shift = 14;

void softmax_int16_reference(const SoftmaxInt16& softmax, const int16_t* input, int16_t* output);

}  // namespace mote
