// The logarithm of softmax over channels, in fixed point.
#pragma once

#include "device/kernels/requantize.h"

namespace mote {

constexpr uint32_t kMaxLogSoftmaxChannels = 4095;  // the sum of so many exponentials stays below 4096, where Q12.19 ends

// input   int8 [places, channels], 1 to kMaxLogSoftmaxChannels channels
// output  int8 [places, channels], scale 1/16, zero point 127; may be the input itself
//
// multiplier, left_shift and diff_min as in softmax. reverse_multiplier * 2^(reverse_shift - 31), reverse_shift 0 to -31, turns a
// distance in Q5.26 back into quanta of the input (O36).
struct LogSoftmax {
  uint32_t places, channels;
  int32_t multiplier, left_shift, diff_min;
  int32_t reverse_multiplier, reverse_shift;
  Rounding rounding;
};

void log_softmax_reference(const LogSoftmax& softmax, const int8_t* input, int8_t* output);

}  // namespace mote
