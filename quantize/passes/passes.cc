// Runs the passes, and what they share.
#include "quantize/passes/passes.h"

#include <algorithm>

#include "quantize/graph/text.h"

namespace mote {
namespace {

constexpr Pass kFloatPasses[] = {
#define MOTE_FLOAT_PASS(name) {#name, name},
#include "quantize/passes/passes.def"
#undef MOTE_FLOAT_PASS
};

}  // namespace

std::span<const Pass> float_passes() { return kFloatPasses; }

Result<void> run_passes(Graph& graph, const std::string& where) {
  for (const Pass& pass : kFloatPasses) {
    pass.run(graph);
    TRY_DO(verify(graph, where + " after " + pass.name));
  }
  return {};
}

uint32_t uses(const Graph& graph, ValueId id) {
  auto count = static_cast<size_t>(std::count(graph.outputs.begin(), graph.outputs.end(), id)) + (graph.statistics == id ? 1 : 0);
  for (const Node& node : graph.nodes) count += static_cast<size_t>(std::count(node.inputs.begin(), node.inputs.end(), id));
  return static_cast<uint32_t>(count);
}

Node* producer(Graph& graph, ValueId id) {
  const auto found = std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) { return node.output == id; });
  return found == graph.nodes.end() ? nullptr : &*found;
}

void replace_uses(Graph& graph, ValueId from, ValueId to) {
  for (Node& node : graph.nodes) std::replace(node.inputs.begin(), node.inputs.end(), from, to);
  std::replace(graph.outputs.begin(), graph.outputs.end(), from, to);
  if (graph.statistics == from) graph.statistics = to;
}

}  // namespace mote
