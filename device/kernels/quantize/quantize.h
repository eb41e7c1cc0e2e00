// From float32 to int8.
#pragma once

#include <stdint.h>

namespace mote {

// input   float32 [count]
// output  int8 [count], must not overlap the input
//
// y = clamp(x / scale, rounded to nearest, halves away from zero, + zero point), -128 for what is no number (O39).
struct Quantize {
  uint32_t count;
  float scale;  // above 0
  int32_t zero_point;
};

void quantize_reference(const Quantize& quantize, const float* input, int8_t* output);

}  // namespace mote
