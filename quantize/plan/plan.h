// Where each activation lies in the arena, decided on the host.
#pragma once

#include <cstdint>
#include <vector>

#include "quantize/graph/graph.h"

namespace mote {

constexpr uint32_t kArenaAlignment = 16;
constexpr uint32_t kNotInArena = 0xffffffffu;  // of a constant

// Alive in steps [first, last]; step i runs node i. Step 0 is also where inputs arrive, the last step where results leave.
struct Lifetime {
  uint32_t first = 0, last = 0;
  uint32_t bytes = 0;  // a multiple of the alignment; 0 for a value that is not in the arena
};

struct ArenaPlan {
  std::vector<uint32_t> offsets;  // per value
  uint32_t arena_bytes = 0;
};

// Per value of a quantized graph, by the rules of docs/spec/model-format.md.
std::vector<Lifetime> lifetimes(const Graph& graph);

// Lifetimes that share a step get bytes of their own. First the largest value, each at the lowest place that is free
// (Pisarchyk and Lee 2020, "Efficient memory management for deep neural net inference", greedy by size); then, within a bounded
// number of steps, a search over the orders, which finds the least arena for graphs of up to about ten overlapping values.
ArenaPlan plan_arena(const std::vector<Lifetime>& values);

// As plan_arena, but no two values share a byte: whatever ran can be read afterwards.
ArenaPlan plan_without_reuse(const std::vector<Lifetime>& values);

// No plan can be smaller: the most bytes that are alive in one step.
uint32_t least_arena(const std::vector<Lifetime>& values);

}  // namespace mote
