// Weights, biases and requantization of the operators that multiply: convolutions and fully_connected.
#pragma once

#include <functional>

#include "quantize/calibrate/lowering.h"

namespace mote {

// Where weight (channel, tap) lies in the constant: channel * channel_stride + tap * tap_stride.
struct WeightLayout {
  uint32_t channels = 0, taps = 0;
  uint32_t channel_stride = 0, tap_stride = 0;
  std::function<double(uint32_t channel, uint32_t tap)> input_mean;  // of the value that this weight multiplies
};

// Adds the int8 node for the weighted `node`: weights symmetric per output channel in [-127, 127], bias int32 with scale
// S_in * S_w, requantization constants [2, channels] (multipliers, then shifts). What rounding the weights shifts on average is
// taken out of the bias (empirical bias correction: Nagel et al. 2019, "Data-free quantization", section 4.2).
//
// A channel's scale grows above its largest weight / 127 where the accumulator could otherwise overflow for some input.
//
// Weights whose scales are fixed keep them, in 8 or 4 bits, and their bias is left as it is: it was trained with the rounding.
Result<void> quantize_weighted(Lowering& lowering, const Node& node, const WeightLayout& layout);

}  // namespace mote
