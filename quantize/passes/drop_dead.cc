// Drops what the output and the statistics do not need, and numbers the values anew in the order in which they appear.
#include <algorithm>

#include "quantize/passes/passes.h"

namespace mote {
namespace {

std::vector<bool> needed_values(const Graph& graph) {
  std::vector<bool> needed(graph.values.size(), false);
  for (const std::vector<ValueId>& ends : {graph.outputs, graph.inputs, std::vector<ValueId>{graph.raw_input, graph.statistics}})
    for (const ValueId end : ends)
      if (end != kNoValue) needed[end] = true;
  // A state may be read before the node that assigns it, which is then needed too: the walk is repeated while it finds more.
  for (size_t before = 0, count = 1; before != count;) {
    before = count;
    for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node)
      if (needed[node->output])
        for (const ValueId input : node->inputs) needed[input] = true;
    count = static_cast<size_t>(std::count(needed.begin(), needed.end(), true));
  }
  return needed;
}

int drop_nodes(Graph& graph, const std::vector<bool>& needed) {
  const size_t before = graph.nodes.size();
  for (uint32_t i = graph.front_nodes; i-- > 0;)
    if (!needed[graph.nodes[i].output]) --graph.front_nodes;
  std::erase_if(graph.nodes, [&](const Node& node) { return !needed[node.output]; });
  return static_cast<int>(before - graph.nodes.size());
}

// The inputs first, then each node's inputs and its output.
std::vector<ValueId> order_of_appearance(const Graph& graph) {
  std::vector<ValueId> order;
  std::vector<bool> seen(graph.values.size(), false);
  const auto appear = [&](ValueId id) {
    if (id == kNoValue || seen[id]) return;
    seen[id] = true;
    order.push_back(id);
  };
  appear(graph.raw_input);
  if (graph.front_nodes == 0)
    for (const ValueId input : graph.inputs) appear(input);
  for (const Node& node : graph.nodes) {
    for (const ValueId input : node.inputs) appear(input);
    appear(node.output);
  }
  for (const ValueId output : graph.outputs) appear(output);
  return order;
}

}  // namespace

int drop_dead(Graph& graph) {
  int changes = drop_nodes(graph, needed_values(graph));
  const std::vector<ValueId> order = order_of_appearance(graph);
  changes += static_cast<int>(graph.values.size() - order.size());
  std::vector<ValueId> renamed(graph.values.size(), kNoValue);
  std::vector<Value> values;
  for (const ValueId old : order) {
    renamed[old] = static_cast<ValueId>(values.size());
    if (renamed[old] != old) ++changes;
    values.push_back(std::move(graph.values[old]));
  }
  graph.values = std::move(values);
  for (Node& node : graph.nodes) {
    for (ValueId& input : node.inputs) input = renamed[input];
    node.output = renamed[node.output];
  }
  for (std::vector<ValueId>* ends : {&graph.inputs, &graph.outputs})
    for (ValueId& end : *ends) end = renamed[end];
  for (ValueId* end : {&graph.raw_input, &graph.statistics})
    if (*end != kNoValue) *end = renamed[*end];
  return changes;
}

}  // namespace mote
