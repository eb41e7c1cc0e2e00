// Vectors brought to length 1, along channels.
#pragma once

#include "device/kernels/requantize.h"

namespace mote {

// input   int8 [places, channels], 1 to kMaxL2Channels channels
// output  int8 [places, channels], scale 1/128, zero point 0; may be the input itself
//
// y = clamp(requantize(x - zero point, m, s + 7)), where m and s are the reciprocal of the square root of the sum of squares
// (O37).
struct L2Normalization {
  uint32_t places, channels;
  int32_t input_zero_point;
  Rounding rounding;
};

constexpr uint32_t kMaxL2Channels = 33025;  // the squares of so many distances of at most 255 fit into 31 bits

void l2_normalization_reference(const L2Normalization& norm, const int8_t* input, int8_t* output);

}  // namespace mote
