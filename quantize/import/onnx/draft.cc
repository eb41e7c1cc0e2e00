// Writes the draft as a file would lie.
#include "quantize/import/onnx/draft.h"

#include <algorithm>
#include <cstring>

namespace mote {

FloatDraft::FloatDraft() {
  model_.version = 3;
  model_.subgraphs.push_back(std::make_unique<tflite::SubGraphT>());
  model_.buffers.push_back(std::make_unique<tflite::BufferT>());  // that of what is no constant
}

int32_t FloatDraft::tensor(const Extents& extents, const std::string& name) {
  auto tensor = std::make_unique<tflite::TensorT>();
  tensor->shape.assign(extents.begin(), extents.end());
  tensor->type = static_cast<int8_t>(TfliteType::float32);
  tensor->name = name;
  graph().tensors.push_back(std::move(tensor));
  return static_cast<int32_t>(graph().tensors.size() - 1);
}

int32_t FloatDraft::constant(std::vector<int32_t> shape, TfliteType type, const void* data, size_t bytes,
                             const std::string& name) {
  const int32_t index = tensor({}, name);
  tflite::TensorT& made = *graph().tensors.back();
  made.shape = std::move(shape);
  made.type = static_cast<int8_t>(type);
  made.buffer = static_cast<uint32_t>(model_.buffers.size());
  model_.buffers.push_back(std::make_unique<tflite::BufferT>());
  model_.buffers.back()->data.resize(bytes);
  if (bytes > 0) std::memcpy(model_.buffers.back()->data.data(), data, bytes);
  return index;
}

int32_t FloatDraft::floats(const Extents& extents, std::span<const float> values, const std::string& name) {
  return constant({extents.begin(), extents.end()}, TfliteType::float32, values.data(), values.size_bytes(), name);
}

int32_t FloatDraft::integers(std::span<const int32_t> values, std::vector<int32_t> shape) {
  if (shape.empty()) shape = {static_cast<int32_t>(values.size())};
  return constant(std::move(shape), TfliteType::int32, values.data(), values.size_bytes(), "");
}

void FloatDraft::node(int code, std::vector<int32_t> inputs, std::vector<int32_t> outputs) {
  auto operator_code = std::make_unique<tflite::OperatorCodeT>();
  operator_code->builtin_code = code;
  model_.operator_codes.push_back(std::move(operator_code));
  auto node = std::make_unique<tflite::OperatorT>();
  node->opcode_index = static_cast<uint32_t>(model_.operator_codes.size() - 1);
  node->inputs = std::move(inputs);
  node->outputs = std::move(outputs);
  graph().operators.push_back(std::move(node));
  options_.emplace_back();
}

Extents FloatDraft::extents_of(int32_t tensor) const {
  const auto& shape = model_.subgraphs.back()->tensors[static_cast<size_t>(tensor)]->shape;
  return {shape.begin(), shape.end()};
}

bool FloatDraft::is_input(int32_t tensor) {
  return std::find(graph().inputs.begin(), graph().inputs.end(), tensor) != graph().inputs.end();
}

std::string FloatDraft::own_name(int32_t tensor) {
  std::string& name = graph().tensors[static_cast<size_t>(tensor)]->name;
  if (name.empty()) name = "tensor " + std::to_string(tensor);
  for (const auto& other : graph().tensors)
    if (&other->name != &name && other->name == name) other->name.clear();
  return name;
}

void FloatDraft::change(int32_t constant, const std::function<void(std::span<float>)>& change) {
  std::vector<uint8_t>& bytes = model_.buffers[graph().tensors[static_cast<size_t>(constant)]->buffer]->data;
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  change(values);
  std::memcpy(bytes.data(), values.data(), values.size() * sizeof(float));
}

Bytes FloatDraft::finish() {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<tflite::Operator>> nodes;
  for (size_t i = 0; i < graph().operators.size(); ++i) {
    const tflite::OperatorT& node = *graph().operators[i];
    const auto given = options_[i] ? options_[i](builder) : flatbuffers::Offset<tflite::Unread>();
    nodes.push_back(
        tflite::CreateOperatorDirect(builder, node.opcode_index, &node.inputs, &node.outputs, given.IsNull() ? 0 : 1, given));
  }
  std::vector<flatbuffers::Offset<tflite::Tensor>> tensors;
  for (const auto& tensor : graph().tensors) tensors.push_back(tflite::Tensor::Pack(builder, tensor.get()));
  const std::vector<flatbuffers::Offset<tflite::SubGraph>> graphs = {
      tflite::CreateSubGraphDirect(builder, &tensors, &graph().inputs, &graph().outputs, &nodes)};
  std::vector<flatbuffers::Offset<tflite::OperatorCode>> codes;
  for (const auto& code : model_.operator_codes) codes.push_back(tflite::OperatorCode::Pack(builder, code.get()));
  std::vector<flatbuffers::Offset<tflite::Buffer>> buffers;
  for (const auto& buffer : model_.buffers) buffers.push_back(tflite::Buffer::Pack(builder, buffer.get()));
  builder.Finish(tflite::CreateModelDirect(builder, model_.version, &codes, &graphs, nullptr, &buffers), "TFL3");
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace mote
