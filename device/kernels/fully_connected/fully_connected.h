// Every output from every input.
#pragma once

#include "device/kernels/weighted.h"

namespace mote {

// input    int8 [inputs], whatever shape it has in the graph
// weights  int8 or int4 [outputs, inputs], zero point 0
// bias     int32 [outputs], scale = input scale * weight scale
// output   int8 [outputs], must not overlap the others
//
// y = clamp(requantize(bias + sum of w * (x - zero point)) + zero point) (O3, O6).
struct FullyConnected {
  uint32_t inputs, outputs;
  int32_t input_zero_point;
  const int32_t* bias;
  Scaling scaling;
};

void fully_connected_reference(const FullyConnected& layer, const int8_t* input, const int8_t* weights, int8_t* output);
void fully_connected_reference(const FullyConnected& layer, const int8_t* input, Nibbles weights, int8_t* output);

}  // namespace mote
