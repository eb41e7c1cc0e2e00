// The tensors and nodes of a quantized graph as the device reads them.
#pragma once

#include <vector>

#include "device/model/model.h"
#include "quantize/graph/graph.h"

namespace mote {

// A graph in the device's own structs; constants are not there.
struct GraphRecords {
  std::vector<TensorRecord> tensors;
  std::vector<NodeRecord> nodes;
  std::vector<uint16_t> inputs, outputs;
  uint16_t raw_input = kNoTensor, statistics = kNoTensor, front_nodes = 0;
  Target target = Target::portable;
  Rounding rounding = Rounding::double_rounding;

  // Over these records, which must outlive it; without a plan.
  Model view() const;
};

GraphRecords records_of(const Graph& graph, Target target);

}  // namespace mote
