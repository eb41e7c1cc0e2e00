// One float node's part of an int8 graph, as a model of its own.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "quantize/graph/graph.h"
#include "quantize/read/loaded_model.h"

namespace mote {

class OneLayer {
 public:
  // The nodes of `graph` that make `output` from the values of `made`. None for a value that nothing makes, or that needs a
  // state.
  static Result<std::optional<OneLayer>> open(const Graph& graph, const std::vector<ValueId>& made, ValueId output);

  // Of the int8 graph: what it reads, in the order in which run() takes it.
  const std::vector<ValueId>& inputs() const { return inputs_; }
  void run(ByteView inputs, std::span<uint8_t> output) { model_.run(inputs, output); }
  uint32_t input_bytes() const { return model_.input_bytes(); }
  uint32_t output_bytes() const { return model_.output_bytes(); }

 private:
  OneLayer(std::vector<ValueId> inputs, LoadedModel model) : inputs_(std::move(inputs)), model_(std::move(model)) {}

  std::vector<ValueId> inputs_;
  LoadedModel model_;
};

}  // namespace mote
