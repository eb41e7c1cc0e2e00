// A graph as the device runs it, in a plan in which no two values share memory: after a run every value can be read.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "quantize/graph/graph.h"
#include "quantize/read/loaded_model.h"

namespace mote {

class SpreadModel {
 public:
  // A verified integer graph.
  static Result<SpreadModel> open(const Graph& graph, const std::string& where);

  LoadedModel model;

  // What the last run made of an activation; T is its type.
  template <typename T>
  const T* values(ValueId id) const {
    return reinterpret_cast<const T*>(model.arena() + offsets_[id]);
  }

 private:
  SpreadModel(LoadedModel opened, std::vector<uint32_t> offsets) : model(std::move(opened)), offsets_(std::move(offsets)) {}

  std::vector<uint32_t> offsets_;  // in the arena, per value
};

}  // namespace mote
