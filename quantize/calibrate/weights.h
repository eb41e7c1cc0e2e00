// Weights, biases and requantization of the operators that multiply: convolutions and fully_connected.
#pragma once

#include <functional>

#include "quantize/calibrate/lowering.h"

namespace mote {

// Where weight (channel, tap) lies in the constant: channel * channel_stride + tap * tap_stride.
struct WeightLayout {
  uint32_t channels = 0, taps = 0;
  uint32_t channel_stride = 0, tap_stride = 0;
  uint32_t siblings = 0;                                             // so many channels, one after the other, see the same inputs
  std::function<double(uint32_t channel, uint32_t tap)> input_mean;  // of the value that this weight multiplies
};

// Adds the int8 node for the weighted `node`: weights symmetric in [-127, 127], or in [-7, 7] in int4, per output channel or
// with one scale for all; bias int32 with scale S_in * S_w, requantization constants [2, channels] (multipliers, then shifts).
// What rounding the weights shifts on average is taken out of the bias (empirical bias correction: Nagel et al. 2019, "Data-free
// quantization", section 4.2), all as `lowering.weights` says.
//
// The scale is that of the largest weight in int8, of the least squared error in int4; it grows above that where an accumulator
// could otherwise overflow for some input.
//
// Weights whose scales are fixed keep them, in 8 or 4 bits, and their bias is left as it is: it was trained with the rounding.
Result<void> quantize_weighted(Lowering& lowering, const Node& node, const WeightLayout& layout);

}  // namespace mote
