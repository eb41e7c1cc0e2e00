// Chooses stages, packs them.
#include "quantize/plan/plan.h"

#include <algorithm>

#include "device/model/lives.h"

namespace mote {
namespace {

constexpr uint32_t kMostRuns = 10;
constexpr uint32_t kFinalEffort = 3000;  // changes of order tried on the plan that is kept
constexpr uint32_t kLeastGain = 64;      // bytes: rolling costs time, so it must pay

struct Candidate {
  Stages stages;
  uint32_t bytes = 0;
};

Candidate weigh(const GraphRecords& records, Stages stages) {
  const uint32_t bytes = pack(stage(records, stages).blocks, 0).bytes;
  return {std::move(stages), bytes};
}

// `stages` with the nodes [first, end) as one stage; empty when that would cut another rolling stage.
Stages joined(const Stages& stages, uint32_t first, uint32_t end) {
  Stages result;
  uint32_t node = 0;
  for (const uint16_t count : stages) {
    const uint32_t after = node + count;
    if (after <= first || node >= end)
      result.push_back(count);
    else if (node < first || after > end)
      return {};
    else if (node == first)
      result.push_back(static_cast<uint16_t>(end - first));
    node = after;
  }
  return result;
}

// The best plan with one more run of nodes rolled; of equal ones the shortest run.
Candidate best_run(const GraphRecords& records, const Candidate& now) {
  Candidate best = now;
  const auto nodes = static_cast<uint32_t>(records.nodes.size());
  for (uint32_t length = 2; length <= std::min(nodes, kMaxStageNodes); ++length)
    for (uint32_t first = 0; first + length <= nodes; ++first) {
      if (!may_roll(records, first, first + length)) continue;
      Stages stages = joined(now.stages, first, first + length);
      if (stages.empty()) continue;
      Candidate candidate = weigh(records, std::move(stages));
      if (candidate.bytes + kLeastGain <= best.bytes) best = std::move(candidate);
    }
  return best;
}

ArenaPlan plan_of(const GraphRecords& records, const Staging& staging, const Packing& packing, Stages stages) {
  ArenaPlan plan;
  const size_t tensors = records.tensors.size();
  for (size_t i = 0; i < tensors; ++i) plan.offsets.push_back(staging.held[i] == 0 ? kNoOffset : packing.offsets[i]);
  plan.held = staging.held;
  plan.arena_bytes = packing.bytes;
  const Model model = records.view();
  uint32_t node = 0;
  for (const uint16_t count : stages) {
    const uint32_t shared = packing.offsets[tensors + node];
    for (const uint32_t end = node + count; node < end; ++node)
      plan.scratch.push_back(scratch_bytes(model, node) == 0 ? kNoOffset : shared);
  }
  plan.stages = std::move(stages);
  return plan;
}

}  // namespace

ArenaPlan plan_arena(const GraphRecords& records, const PlanOptions& options) {
  Candidate now = weigh(records, Stages(records.nodes.size(), 1));
  for (uint32_t i = 0; i < kMostRuns && now.bytes > options.ram_bytes; ++i) {
    Candidate next = best_run(records, now);
    if (next.bytes == now.bytes) break;
    now = std::move(next);
  }
  return plan_stages(records, std::move(now.stages));
}

ArenaPlan plan_stages(const GraphRecords& records, Stages stages) {
  const Staging staging = stage(records, stages);
  return plan_of(records, staging, pack(staging.blocks, kFinalEffort), std::move(stages));
}

ArenaPlan plan_without_reuse(const GraphRecords& records) {
  const Stages stages(records.nodes.size(), 1);
  const Staging staging = stage(records, stages);
  Packing packing;
  for (const Block& block : staging.blocks) {
    packing.offsets.push_back(packing.bytes);
    packing.bytes += block.bytes;
  }
  return plan_of(records, staging, packing, stages);
}

}  // namespace mote
