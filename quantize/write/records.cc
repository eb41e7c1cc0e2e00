// Values and nodes to records.
#include "quantize/write/records.h"

#include <algorithm>

#include "quantize/operators/rules.h"
#include "quantize/write/sections.h"

namespace mote {
namespace {

TensorRecord tensor_of(const Value& value, uint32_t offset) {
  const bool single = value.quantization.scale.size() == 1 && !value.constant;
  TensorRecord record{};
  std::copy(value.shape.begin(), value.shape.end(), record.shape);
  record.scale = single ? value.quantization.scale[0] : 0.0f;
  record.zero_point = single || value.constant ? value.quantization.zero_point : 0;
  record.offset = offset;
  record.type = static_cast<uint8_t>(value.type);
  record.kind = static_cast<uint8_t>(value.constant ? TensorKind::constant
                                     : value.state  ? TensorKind::state
                                                    : TensorKind::activation);
  return record;
}

NodeRecord node_of(const Graph& graph, const Node& node) {
  NodeRecord record{};
  record.operator_code = static_cast<uint16_t>(node.op);
  record.input_count = static_cast<uint16_t>(node.inputs.size());
  std::fill(std::begin(record.inputs), std::end(record.inputs), kNoTensor);
  std::copy(node.inputs.begin(), node.inputs.end(), record.inputs);
  record.output = static_cast<uint16_t>(node.output);
  record.version = kOperatorVersion;
  record.form = static_cast<uint8_t>(node.form);
  const Attributes attributes = node.form == Form::packed ? node.numbers : rules(node.op).attributes(graph, node);
  std::copy(attributes.begin(), attributes.end(), record.attributes);
  return record;
}

uint16_t index_of(ValueId id) { return id == kNoValue ? kNoTensor : static_cast<uint16_t>(id); }

std::vector<uint16_t> indices_of(const std::vector<ValueId>& ids) {
  std::vector<uint16_t> indices;
  for (const ValueId id : ids) indices.push_back(index_of(id));
  return indices;
}

}  // namespace

Model GraphRecords::view() const {
  Model model{};
  model.tensors = tensors.data();
  model.nodes = nodes.data();
  model.inputs = inputs.data();
  model.outputs = outputs.data();
  model.tensor_count = static_cast<uint16_t>(tensors.size());
  model.node_count = static_cast<uint16_t>(nodes.size());
  model.input_count = static_cast<uint8_t>(inputs.size());
  model.output_count = static_cast<uint8_t>(outputs.size());
  model.raw_input = raw_input;
  model.statistics = statistics;
  model.front_nodes = front_nodes;
  model.target = target;
  model.rounding = rounding;
  return model;
}

GraphRecords records_of(const Graph& graph, Target target) {
  GraphRecords records;
  records.target = target;
  records.rounding = graph.rounding;
  const std::vector<uint32_t> offsets = constant_offsets(graph);
  for (size_t id = 0; id < graph.values.size(); ++id) records.tensors.push_back(tensor_of(graph.values[id], offsets[id]));
  for (const Node& node : graph.nodes) records.nodes.push_back(node_of(graph, node));
  records.inputs = indices_of(graph.inputs);
  records.outputs = indices_of(graph.outputs);
  records.raw_input = index_of(graph.raw_input);
  records.statistics = index_of(graph.statistics);
  records.front_nodes = static_cast<uint16_t>(graph.front_nodes);
  return records;
}

}  // namespace mote
