// The float executor.
#include "quantize/calibrate/float_model.h"

#include <algorithm>

#include "quantize/compile.h"
#include "quantize/operators/rules.h"

namespace mote {

uint64_t input_count(const Graph& graph) {
  uint64_t count = 0;
  for (const ValueId id : graph.inputs) count += count_of(graph.values[id].shape);
  return count;
}

FloatModel::FloatModel(const Graph& graph) : graph_(graph) {
  for (const Value& value : graph.values) {
    values_.push_back(value.floats);
    if (!value.constant) values_.back().resize(count_of(value.shape));
  }
  for (const Node& node : graph.nodes) {
    const Rules& rule = rules(node.op);
    packed_.push_back(rule.pack == nullptr ? std::vector<float>() : rule.pack(graph, node));
  }
}

void FloatModel::run(std::span<const float> given) {
  for (const ValueId id : graph_.inputs) {
    const size_t count = values_[id].size();
    std::copy_n(given.begin(), count, values_[id].begin());
    given = given.subspan(count);
  }
  std::vector<const float*> inputs;
  for (size_t i = 0; i < graph_.nodes.size(); ++i) {
    const Node& node = graph_.nodes[i];
    inputs.clear();
    for (const ValueId id : node.inputs) inputs.push_back(values_[id].data());
    rules(node.op).execute(
        {.graph = graph_, .node = node, .inputs = inputs, .packed = packed_[i].data(), .output = values_[node.output].data()});
  }
}

std::vector<float> execute(const Graph& graph, std::span<const float> inputs) {
  FloatModel model(graph);
  model.run(inputs);
  return {model.output().begin(), model.output().end()};
}

}  // namespace mote
