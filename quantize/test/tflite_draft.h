// Builds .tflite files for tests, and runs what is imported of them.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "quantize/import/import.h"
#include "quantize/read/run_tensors.h"
#include "tflite_generated.h"

namespace mote::test {

enum TfliteTypes : int8_t { kFloat32Type = 0, kFloat16Type = 1, kInt32Type = 2, kInt64Type = 4, kInt16Type = 7, kInt8Type = 9 };

struct TfliteDraft {
  using Options = std::function<flatbuffers::Offset<tflite::Unread>(flatbuffers::FlatBufferBuilder&)>;

  tflite::ModelT model;
  std::vector<std::vector<Options>> options;  // by subgraph and operator; empty for none
  tflite::SubGraphT& graph() { return *model.subgraphs.back(); }

  TfliteDraft() {
    model.version = 3;
    begin_subgraph();
    model.buffers.push_back(std::make_unique<tflite::BufferT>());
  }

  // What follows belongs to another subgraph.
  void begin_subgraph() {
    model.subgraphs.push_back(std::make_unique<tflite::SubGraphT>());
    options.emplace_back();
  }

  int32_t tensor(std::vector<int32_t> shape, float scale, int64_t zero_point, int8_t type = kInt8Type,
                 std::vector<uint8_t> data = {}) {
    auto tensor = std::make_unique<tflite::TensorT>();
    tensor->shape = std::move(shape);
    tensor->type = type;
    tensor->name = "t" + std::to_string(graph().tensors.size());
    tensor->quantization = std::make_unique<tflite::QuantizationParametersT>();
    tensor->quantization->scale = {scale};
    tensor->quantization->zero_point = {zero_point};
    if (!data.empty()) {
      tensor->buffer = static_cast<uint32_t>(model.buffers.size());
      model.buffers.push_back(std::make_unique<tflite::BufferT>());
      model.buffers.back()->data = std::move(data);
    }
    graph().tensors.push_back(std::move(tensor));
    return static_cast<int32_t>(graph().tensors.size() - 1);
  }

  int32_t input(std::vector<int32_t> shape, float scale = 0.5f, int64_t zero_point = 3) {
    graph().inputs.push_back(tensor(std::move(shape), scale, zero_point));
    return graph().inputs.back();
  }
  int32_t output(std::vector<int32_t> shape, float scale = 0.5f, int64_t zero_point = 3) {
    graph().outputs.push_back(tensor(std::move(shape), scale, zero_point));
    return graph().outputs.back();
  }
  int32_t integers(const std::vector<int32_t>& values, std::vector<int32_t> shape = {}) {
    if (shape.empty()) shape = {static_cast<int32_t>(values.size())};
    std::vector<uint8_t> bytes(4 * values.size());
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return tensor(std::move(shape), 1, 0, kInt32Type, std::move(bytes));
  }
  int32_t constant(std::vector<int32_t> shape, const std::vector<int8_t>& values, float scale = 0.5f, int64_t zero_point = 3) {
    return tensor(std::move(shape), scale, zero_point, kInt8Type, std::vector<uint8_t>(values.begin(), values.end()));
  }

  // Of int16, whose zero point is 0.
  int32_t wide_input(std::vector<int32_t> shape, float scale) {
    graph().inputs.push_back(tensor(std::move(shape), scale, 0, kInt16Type));
    return graph().inputs.back();
  }
  int32_t wide_output(std::vector<int32_t> shape, float scale) {
    graph().outputs.push_back(tensor(std::move(shape), scale, 0, kInt16Type));
    return graph().outputs.back();
  }
  template <typename T>
  int32_t constant_of(int8_t type, std::vector<int32_t> shape, const std::vector<T>& values, float scale = 1) {
    std::vector<uint8_t> bytes(values.size() * sizeof(T));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return tensor(std::move(shape), scale, 0, type, std::move(bytes));
  }

  int32_t float_input(std::vector<int32_t> shape) {
    graph().inputs.push_back(tensor(std::move(shape), 1, 0, kFloat32Type));
    return graph().inputs.back();
  }
  int32_t float_output(std::vector<int32_t> shape) {
    graph().outputs.push_back(tensor(std::move(shape), 1, 0, kFloat32Type));
    return graph().outputs.back();
  }
  int32_t between(std::vector<int32_t> shape) { return tensor(std::move(shape), 1, 0, kFloat32Type); }
  int32_t floats(const std::vector<float>& values, std::vector<int32_t> shape) {
    std::vector<uint8_t> bytes(4 * values.size());
    std::memcpy(bytes.data(), values.data(), bytes.size());
    return tensor(std::move(shape), 1, 0, kFloat32Type, std::move(bytes));
  }

  // Without options: what needs them says so.
  void node(int code, std::vector<int32_t> inputs, std::vector<int32_t> outputs, bool old_field = true) {
    old_field = old_field && code < 127;  // it has one byte
    auto operator_code = std::make_unique<tflite::OperatorCodeT>();
    operator_code->deprecated_builtin_code = static_cast<int8_t>(old_field ? code : 0);
    operator_code->builtin_code = old_field ? 0 : code;
    model.operator_codes.push_back(std::move(operator_code));
    auto node = std::make_unique<tflite::OperatorT>();
    node->opcode_index = static_cast<uint32_t>(model.operator_codes.size() - 1);
    node->inputs = std::move(inputs);
    node->outputs = std::move(outputs);
    graph().operators.push_back(std::move(node));
    options.back().emplace_back();
  }
  // With the options of a table of the schema.
  template <typename OptionsT>
  void node_with(int code, std::vector<int32_t> inputs, std::vector<int32_t> outputs, const OptionsT& given) {
    node(code, std::move(inputs), std::move(outputs));
    options.back().back() = [given](flatbuffers::FlatBufferBuilder& builder) {
      return flatbuffers::Offset<tflite::Unread>(OptionsT::TableType::Pack(builder, &given).o);
    };
  }

  Bytes bytes() const {
    flatbuffers::FlatBufferBuilder builder;
    std::vector<flatbuffers::Offset<tflite::SubGraph>> graphs;
    for (size_t i = 0; i < model.subgraphs.size(); ++i) graphs.push_back(packed(builder, *model.subgraphs[i], options[i]));
    std::vector<flatbuffers::Offset<tflite::OperatorCode>> codes;
    for (const auto& code : model.operator_codes) codes.push_back(tflite::OperatorCode::Pack(builder, code.get()));
    std::vector<flatbuffers::Offset<tflite::Buffer>> buffers;
    for (const auto& buffer : model.buffers) buffers.push_back(tflite::Buffer::Pack(builder, buffer.get()));
    builder.Finish(tflite::CreateModelDirect(builder, model.version, &codes, &graphs, nullptr, &buffers), "TFL3");
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
  }

  static flatbuffers::Offset<tflite::SubGraph> packed(flatbuffers::FlatBufferBuilder& builder, const tflite::SubGraphT& from,
                                                      const std::vector<Options>& options) {
    std::vector<flatbuffers::Offset<tflite::Operator>> nodes;
    for (size_t i = 0; i < from.operators.size(); ++i) {
      const tflite::OperatorT& node = *from.operators[i];
      const auto given = options[i] ? options[i](builder) : flatbuffers::Offset<tflite::Unread>();
      nodes.push_back(
          tflite::CreateOperatorDirect(builder, node.opcode_index, &node.inputs, &node.outputs, given.IsNull() ? 0 : 1, given));
    }
    std::vector<flatbuffers::Offset<tflite::Tensor>> tensors;
    for (const auto& tensor : from.tensors) tensors.push_back(tflite::Tensor::Pack(builder, tensor.get()));
    return tflite::CreateSubGraphDirect(builder, &tensors, &from.inputs, &from.outputs, &nodes);
  }

  // What the imported model makes of `inputs`, the tensors one after the other; nothing, and a failure, when it cannot be
  // imported.
  std::vector<int8_t> run(const std::vector<int8_t>& inputs) const { return run_as<int8_t>(inputs); }
  template <typename Out, typename In>
  std::vector<Out> run_as(const std::vector<In>& inputs) const {
    const Result<Bytes> imported = import_tflite(bytes(), "draft");
    EXPECT_TRUE(imported.ok()) << (imported.ok() ? "" : imported.error().line());
    if (!imported.ok()) return {};
    const Result<Bytes> outputs = run_tensors(*imported, "model", bytes_of(std::span<const In>(inputs)), "inputs");
    EXPECT_TRUE(outputs.ok()) << (outputs.ok() ? "" : outputs.error().line());
    std::vector<Out> values(outputs.ok() ? outputs->size() / sizeof(Out) : 0);
    if (!values.empty()) std::memcpy(values.data(), outputs->data(), values.size() * sizeof(Out));
    return values;
  }
  // Why it cannot be imported; empty when it can.
  std::string refusal() const {
    const Result<Bytes> imported = import_tflite(bytes(), "draft");
    return imported.ok() ? "" : imported.error().what;
  }
};

inline int32_t count(const std::vector<int32_t>& shape) {
  int32_t product = 1;
  for (const int32_t extent : shape) product *= extent;
  return product;
}

inline std::vector<int8_t> some_int8(Random& random, int32_t count) {
  std::vector<int8_t> values(static_cast<size_t>(count));
  for (int8_t& value : values) value = static_cast<int8_t>(random.below(256));
  return values;
}

inline int32_t some(Random& random, int32_t low, int32_t high) {
  return low + static_cast<int32_t>(random.below(static_cast<uint64_t>(high - low + 1)));
}

inline std::vector<int32_t> some_shape(Random& random, size_t rank, int32_t most = 5) {
  std::vector<int32_t> shape(rank);
  for (int32_t& extent : shape) extent = some(random, 1, most);
  return shape;
}

// A tensor as its definition sees it: an element for each list of coordinates.
using Places = std::vector<int32_t>;

template <typename T>
T element(const std::vector<T>& values, const std::vector<int32_t>& shape, const Places& at) {
  int32_t index = 0;
  for (size_t k = 0; k < shape.size(); ++k) {
    EXPECT_GE(at[k], 0);
    EXPECT_LT(at[k], shape[k]);
    index = index * shape[k] + at[k];
  }
  return values[static_cast<size_t>(index)];
}

// The tensor of `shape` whose elements are at(places).
template <typename At>
std::vector<int8_t> tensor_of(const std::vector<int32_t>& shape, At at) {
  std::vector<int8_t> values;
  for (int32_t i = 0; i < count(shape); ++i) {
    Places places(shape.size());
    int32_t rest = i;
    for (size_t k = shape.size(); k-- > 0;) {
      places[k] = rest % shape[k];
      rest /= shape[k];
    }
    values.push_back(at(places));
  }
  return values;
}

}  // namespace mote::test
