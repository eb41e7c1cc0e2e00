// An int8 graph as the model of a target.
#pragma once

#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "base/sha256.h"
#include "device/model/container.h"
#include "quantize/graph/graph.h"
#include "quantize/write/model.h"

namespace mote {

struct TargetOptions {
  Target target = Target::portable;
  Rounding rounding = Rounding::double_rounding;
  uint32_t ram_bytes =
      0;  // the arena may take so much, and gives up memory for speed no further than that; 0: as little as it can
};

// A graph packed for its target, and planned.
class TargetModel {
 public:
  static Result<TargetModel> plan(const TargetOptions& options, const Graph& graph, const std::string& where);

  // The .mote file; the device's verifier has not seen it.
  Bytes write(const std::optional<SelfTests>& self_tests = {}) const;
  Digest id() const;
  uint32_t arena_bytes() const { return plan_.arena_bytes; }

 private:
  Graph graph_;
  GraphRecords records_;
  ArenaPlan plan_;
};

// A model holds at most so many operators and tensors.
Result<void> check_size(const Graph& graph, const std::string& where);

}  // namespace mote
