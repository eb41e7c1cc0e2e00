// Runs a float graph, and keeps what every node gave.
#pragma once

#include <span>
#include <vector>

#include "quantize/graph/graph.h"

namespace mote {

// The elements of all inputs of a graph together.
uint64_t input_count(const Graph& graph);

// `graph` must be a verified float graph and outlive this.
class FloatModel {
 public:
  explicit FloatModel(const Graph& graph);

  // `inputs` holds the graph's inputs one after the other. Afterwards values(id) of every node's output are this run's.
  void run(std::span<const float> inputs);

  std::span<const float> values(ValueId id) const { return values_[id]; }
  std::span<const float> output() const { return values_[graph_.output()]; }

 private:
  const Graph& graph_;
  std::vector<std::vector<float>> values_;  // per value; constants hold theirs
  std::vector<std::vector<float>> packed_;  // per node
};

}  // namespace mote
