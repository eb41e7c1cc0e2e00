// Softmax over channels, in fixed point.
#pragma once

#include "device/kernels/requantize.h"

namespace mote {

constexpr uint32_t kMaxSoftmaxChannels = 511;  // the sum of so many exponentials stays below 512, where its scaling ends

// input   int8 [places, channels], 1 to kMaxSoftmaxChannels channels
// output  int8 [places, channels], scale 1/256, zero point -128; may be the input itself
//
// The scaled distance to the largest input is (x - max) * 2^left_shift * multiplier / 2^31, in Q5.26. Distances under diff_min
// (about 31) give the lowest output. left_shift 0 to 30, diff_min = -floor(31 * 2^26 / 2^left_shift) (O9).
struct Softmax {
  uint32_t places, channels;
  int32_t multiplier, left_shift, diff_min;
  Rounding rounding;
};

void softmax_reference(const Softmax& softmax, const int8_t* input, int8_t* output);

}  // namespace mote
