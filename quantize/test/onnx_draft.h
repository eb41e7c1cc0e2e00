// Builds .onnx files for tests.
#pragma once

#ifndef ONNX_ML
#define ONNX_ML 1
#define ONNX_NAMESPACE onnx
#endif
#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

#include "base/bytes.h"

namespace mote::test {

struct OnnxDraft {
  onnx::ModelProto model;

  explicit OnnxDraft(int64_t opset = 13) {
    model.set_ir_version(7);
    model.add_opset_import()->set_version(opset);
    model.mutable_graph()->set_name("draft");
  }

  onnx::GraphProto& graph() { return *model.mutable_graph(); }

  // "N" where a dimension is 0: one without a size.
  std::string input(const std::string& name, const std::vector<int64_t>& extents) {
    describe(*graph().add_input(), name, extents);
    return name;
  }
  void output(const std::string& name) { describe(*graph().add_output(), name, {}); }

  std::string floats(const std::string& name, const std::vector<int64_t>& extents, const std::vector<float>& values) {
    onnx::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const int64_t extent : extents) tensor.add_dims(extent);
    for (const float value : values) tensor.add_float_data(value);
    return name;
  }
  std::string integers(const std::string& name, const std::vector<int64_t>& values) {
    onnx::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::INT64);
    tensor.add_dims(static_cast<int64_t>(values.size()));
    for (const int64_t value : values) tensor.add_int64_data(value);
    return name;
  }

  // Of integers of a type of few bits.
  std::string quanta(const std::string& name, const std::vector<int64_t>& extents, const std::vector<int32_t>& values,
                     onnx::TensorProto::DataType type) {
    onnx::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(type);
    for (const int64_t extent : extents) tensor.add_dims(extent);
    for (const int32_t value : values) tensor.add_int32_data(value);
    return name;
  }

  // The output has the operator's name in front of a number.
  std::string node(const std::string& operation, const std::vector<std::string>& inputs) {
    onnx::NodeProto& node = *graph().add_node();
    node.set_op_type(operation);
    const std::string output = operation + std::to_string(graph().node_size());
    node.set_name("the_" + output);
    for (const std::string& name : inputs) node.add_input(name);
    node.add_output(output);
    return output;
  }
  // Of the node that was added last.
  OnnxDraft& with(const std::string& name, const std::vector<int64_t>& values) {
    onnx::AttributeProto& attribute = add_attribute(name, onnx::AttributeProto::INTS);
    for (const int64_t value : values) attribute.add_ints(value);
    return *this;
  }
  OnnxDraft& with(const std::string& name, int64_t value) {
    add_attribute(name, onnx::AttributeProto::INT).set_i(value);
    return *this;
  }
  OnnxDraft& with(const std::string& name, float value) {
    add_attribute(name, onnx::AttributeProto::FLOAT).set_f(value);
    return *this;
  }
  OnnxDraft& with(const std::string& name, const char* value) {
    add_attribute(name, onnx::AttributeProto::STRING).set_s(value);
    return *this;
  }

  Bytes bytes() const {
    const std::string text = model.SerializeAsString();
    return {text.begin(), text.end()};
  }

 private:
  onnx::AttributeProto& add_attribute(const std::string& name, onnx::AttributeProto::AttributeType type) {
    onnx::AttributeProto& attribute = *graph().mutable_node(graph().node_size() - 1)->add_attribute();
    attribute.set_name(name);
    attribute.set_type(type);
    return attribute;
  }
  static void describe(onnx::ValueInfoProto& value, const std::string& name, const std::vector<int64_t>& extents) {
    value.set_name(name);
    auto& type = *value.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    for (const int64_t extent : extents) {
      auto& dimension = *type.mutable_shape()->add_dim();
      if (extent == 0) dimension.set_dim_param("N");
      if (extent != 0) dimension.set_dim_value(extent);
    }
  }
};

}  // namespace mote::test
