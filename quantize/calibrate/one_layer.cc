// Cuts a few nodes out of a graph.
#include "quantize/calibrate/one_layer.h"

#include <algorithm>
#include <map>

#include "quantize/calibrate/spread_model.h"

namespace mote {
namespace {

const Node* maker_of(const Graph& graph, ValueId value) {
  for (const Node& node : graph.nodes)
    if (node.output == value) return &node;
  return nullptr;
}

// What is to be cut out: nodes, in the order of the graph, and what they read from outside.
struct Cut {
  std::vector<const Node*> nodes;
  std::vector<ValueId> inputs;
  bool whole = true;  // false: something is read that no cut can give
};

void follow(const Graph& graph, const std::vector<ValueId>& made, ValueId value, ValueId output, Cut& cut) {
  if (graph.values[value].constant) return;
  if (value != output && std::find(made.begin(), made.end(), value) != made.end()) {
    if (std::find(cut.inputs.begin(), cut.inputs.end(), value) == cut.inputs.end()) cut.inputs.push_back(value);
    return;
  }
  const Node* const node = maker_of(graph, value);
  if (node == nullptr || graph.values[value].state) {
    cut.whole = false;
    return;
  }
  if (std::find(cut.nodes.begin(), cut.nodes.end(), node) != cut.nodes.end()) return;
  for (const ValueId input : node->inputs) follow(graph, made, input, output, cut);
  cut.nodes.push_back(node);
}

Graph graph_of(const Graph& graph, const Cut& cut, ValueId output) {
  Graph part;
  part.rounding = graph.rounding;
  std::map<ValueId, ValueId> moved;
  const auto move = [&](ValueId value) {
    const auto found = moved.find(value);
    return found != moved.end() ? found->second : moved[value] = part.add(graph.values[value]);
  };
  for (const ValueId input : cut.inputs) part.inputs.push_back(move(input));
  for (const Node* node : cut.nodes) {
    Node copy = *node;
    for (ValueId& input : copy.inputs) input = move(input);
    copy.output = move(node->output);
    part.nodes.push_back(std::move(copy));
  }
  part.outputs = {move(output)};
  return part;
}

}  // namespace

Result<std::optional<OneLayer>> OneLayer::open(const Graph& graph, const std::vector<ValueId>& made, ValueId output) {
  Cut cut;
  follow(graph, made, output, output, cut);
  if (!cut.whole || cut.nodes.empty() || cut.inputs.empty()) return std::optional<OneLayer>();
  const Graph part = graph_of(graph, cut, output);
  TRY(SpreadModel spread, SpreadModel::open(part, "a layer of the model by itself"));
  return std::optional<OneLayer>(OneLayer(std::move(cut.inputs), std::move(spread.model)));
}

}  // namespace mote
