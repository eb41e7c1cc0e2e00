// Convolution of int16 activations with int8 weights.
#pragma once

#include "device/kernels/conv_2d/conv_2d.h"

namespace mote {

// As conv_2d, with int16 input and output, both whole, that do not overlap; zero points are 0, the clamp is in int16. Sums are
// exact and scaled by requantize_wide (O42). TensorFlow Lite's CONV_2D of int16 activations, int8 weights and an int64 bias.
void conv_2d_int16_reference(const Conv2d& conv, const int16_t* input, const int8_t* weights, int16_t* output);

}  // namespace mote
