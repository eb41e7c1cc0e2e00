// From int8 to float32.
#pragma once

#include <stdint.h>

namespace mote {

// input   int8 [count]
// output  float32 [count], must not overlap the input; y = scale * (x - zero point), rounded once (O40)
struct Dequantize {
  uint32_t count;
  float scale;
  int32_t zero_point;
};

void dequantize_reference(const Dequantize& dequantize, const int8_t* input, float* output);

}  // namespace mote
