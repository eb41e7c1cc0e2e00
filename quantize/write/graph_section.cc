// Tensors and nodes as a FlatBuffer.
#include <algorithm>

#include "device/model/container.h"
#include "model_generated.h"
#include "quantize/operators/rules.h"
#include "quantize/write/sections.h"

namespace mote {
namespace {

format::Tensor tensor_of(const Value& value, uint32_t offset) {
  const bool single = value.quantization.scale.size() == 1 && !value.constant;
  const TensorKind kind = value.constant ? TensorKind::constant : TensorKind::activation;
  return format::Tensor(flatbuffers::span<const uint32_t, 4>(value.shape), single ? value.quantization.scale[0] : 0.0f,
                        single || value.constant ? value.quantization.zero_point : 0, offset, static_cast<uint8_t>(value.type),
                        static_cast<uint8_t>(kind), 0);
}

format::Node node_of(const Graph& graph, const Node& node) {
  std::array<uint16_t, 4> inputs;
  inputs.fill(kNoTensor);
  std::copy(node.inputs.begin(), node.inputs.end(), inputs.begin());
  const Attributes attributes = rules(node.op).attributes(graph, node);
  return format::Node(static_cast<uint16_t>(node.op), static_cast<uint16_t>(node.inputs.size()),
                      flatbuffers::span<const uint16_t, 4>(inputs), static_cast<uint16_t>(node.output), kOperatorVersion,
                      static_cast<uint8_t>(Form::portable), flatbuffers::span<const int32_t, 8>(attributes));
}

uint16_t index_of(ValueId id) { return id == kNoValue ? kNoTensor : static_cast<uint16_t>(id); }

std::vector<uint16_t> indices_of(const std::vector<ValueId>& ids) {
  std::vector<uint16_t> indices;
  for (const ValueId id : ids) indices.push_back(index_of(id));
  return indices;
}

}  // namespace

Bytes graph_section(const Graph& graph) {
  const std::vector<uint32_t> offsets = constant_offsets(graph);
  std::vector<format::Tensor> tensors;
  std::vector<format::Node> nodes;
  for (size_t id = 0; id < graph.values.size(); ++id) tensors.push_back(tensor_of(graph.values[id], offsets[id]));
  for (const Node& node : graph.nodes) nodes.push_back(node_of(graph, node));
  flatbuffers::FlatBufferBuilder builder;
  const auto tensor_vector = builder.CreateVectorOfStructs(tensors);
  const auto node_vector = builder.CreateVectorOfStructs(nodes);
  const auto inputs = builder.CreateVector(indices_of(graph.inputs));
  const auto outputs = builder.CreateVector(indices_of(graph.outputs));
  builder.Finish(format::CreateGraph(builder, tensor_vector, node_vector, inputs, outputs, index_of(graph.raw_input),
                                     index_of(graph.statistics), static_cast<uint16_t>(graph.front_nodes)));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace mote
