// A fully connected layer of int16 activations with int8 weights.
#pragma once

#include "device/kernels/fully_connected/fully_connected.h"

namespace mote {

// As fully_connected, with int16 input and output that do not overlap; zero points are 0, the clamp is in int16 (O42).
void fully_connected_int16_reference(const FullyConnected& layer, const int16_t* input, const int8_t* weights, int16_t* output);

}  // namespace mote
