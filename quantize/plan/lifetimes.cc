// When each activation is alive.
#include <algorithm>

#include "quantize/plan/plan.h"

namespace mote {
namespace {}  // namespace

std::vector<Lifetime> lifetimes(const Graph& graph) {
  std::vector<Lifetime> result(graph.values.size());
  for (size_t id = 0; id < graph.values.size(); ++id) {
    const Value& value = graph.values[id];
    if (value.constant) continue;
    const uint64_t bytes = bytes_of(value.type, count_of(value.shape));
    result[id].bytes = static_cast<uint32_t>((bytes + kArenaAlignment - 1) / kArenaAlignment * kArenaAlignment);
  }
  for (uint32_t step = 0; step < graph.nodes.size(); ++step) {
    const Node& node = graph.nodes[step];
    for (const ValueId input : node.inputs) result[input].last = std::max(result[input].last, step);
    result[node.output].first = step;
    result[node.output].last = std::max(result[node.output].last, step);
  }
  const auto end = static_cast<uint32_t>(graph.nodes.empty() ? 0 : graph.nodes.size() - 1);
  for (const ValueId output : graph.outputs) result[output].last = end;
  if (graph.statistics != kNoValue) result[graph.statistics].last = end;
  return result;
}

}  // namespace mote
