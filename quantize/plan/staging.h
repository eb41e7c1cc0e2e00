// A division of the nodes into stages, and what memory each needs.
#pragma once

#include "device/model/stages.h"
#include "quantize/plan/packing.h"
#include "quantize/write/records.h"

namespace mote {

using Stages = std::vector<uint16_t>;  // nodes in each

// What to pack: a block per tensor (0 bytes for constants), then one per node for its scratch.
struct Staging {
  std::vector<uint16_t> held;  // rows in memory of each tensor; 0 for a constant
  std::vector<Block> blocks;
};

// The rules are those of docs/spec/model-format.md, M20 to M23 and M60.
Staging stage(const GraphRecords& records, const Stages& stages);

// True when the nodes [first, end) may run row by row in one stage.
bool may_roll(const GraphRecords& records, uint32_t first, uint32_t end);

}  // namespace mote
