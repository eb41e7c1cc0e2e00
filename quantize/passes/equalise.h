// Cross-layer equalisation (Nagel et al. 2019, "Data-free quantization through weight equalization and bias correction").
#pragma once

#include <string>
#include <vector>

#include "quantize/graph/graph.h"

namespace mote {

struct Equalisation {
  uint32_t pairs = 0;                   // of layers whose channels were equalised
  std::vector<std::string> left_alone;  // "conv1: its ReLU6 bounds it from above", per layer that feeds another and stayed
};

// Between two weighted layers, channel i of the first is divided by s_i, and what reads it in the second multiplied, with s_i
// such that both have the same largest weight. That keeps what the graph computes where only a ReLU, a pool or a mean over places
// lies between them, for these give s * f(x) for s * x. Goes over all pairs until nothing changes. The graph has been through the
// passes.
Equalisation equalise(Graph& graph);

}  // namespace mote
