// Scales that somebody has chosen before calibration: those that a network was trained with, or those of an earlier model.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "quantize/graph/graph.h"

namespace mote {

// How one value of the float graph is quantized, by its name after the passes.
struct ValueQuantization {
  std::string name;
  std::vector<float> scale;  // one; of the weights of a convolution or a dense layer one per output channel
  int32_t zero_point = 0;    // 0 for weights
  uint32_t bits = 8;         // of weights also 4
};

// Values that it does not name are quantized as without it.
using FixedScales = std::vector<ValueQuantization>;

// Null when `scales` does not name it.
const ValueQuantization* find_scales(const FixedScales& scales, const std::string& name);

// Adds those of values that have the scale of another one whatever happens: what is only moved, and parts of what is put
// together. Gives such values names.
void spread_scales(Graph& graph, FixedScales& scales);

// Those of the activations and weights of an int8 graph.
FixedScales scales_of(const Graph& quantized);

}  // namespace mote
