// Fully connected layer of portable weights, four outputs at once: for machines without a packed form of their own.
#pragma once

#include "device/kernels/fully_connected/fully_connected.h"

namespace mote {

// fully_connected_reference, to the byte. REQUIRES at least 4 outputs.
void fully_connected_by_four(const FullyConnected& layer, const int8_t* input, const int8_t* weights, int8_t* output);

// Likewise of weights of 4 bits, for any number of outputs.
void fully_connected_by_four(const FullyConnected& layer, const int8_t* input, Nibbles weights, int8_t* output);

}  // namespace mote
