// Where each activation lies in the arena, and in which stages the nodes run; decided on the host (docs/spec/model-format.md).
#pragma once

#include <cstdint>
#include <vector>

#include "quantize/plan/staging.h"

namespace mote {

struct ArenaPlan {
  std::vector<uint32_t> offsets;  // per tensor; kNoOffset for a constant
  std::vector<uint16_t> held;     // per tensor, rows in memory: its height, or fewer for a ring; 0 for a constant
  std::vector<uint32_t> scratch;  // per node; kNoOffset without
  Stages stages;
  uint32_t arena_bytes = 0;
};

struct PlanOptions {
  // Roll no more than it takes to stay within so many bytes; 0: wherever that lowers the peak.
  uint32_t ram_bytes = 0;
};

// First every node by itself, outputs over dying inputs where their operators allow it; then, while it lowers the peak, the run
// of nodes whose rolling lowers it most. At most 10 such runs.
ArenaPlan plan_arena(const GraphRecords& records, const PlanOptions& options = {});

// With the stages as they are given.
ArenaPlan plan_stages(const GraphRecords& records, Stages stages);

// No two tensors share a byte: whatever ran can be read afterwards.
ArenaPlan plan_without_reuse(const GraphRecords& records);

}  // namespace mote
