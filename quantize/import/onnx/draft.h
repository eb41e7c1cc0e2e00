// A float TensorFlow Lite model in the making: ONNX operators are written down as its operators, and read from there.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "quantize/import/tflite_file.h"

namespace mote {

class FloatDraft {
 public:
  FloatDraft();

  int32_t tensor(const Extents& extents, const std::string& name);
  int32_t floats(const Extents& extents, std::span<const float> values, const std::string& name);
  int32_t integers(std::span<const int32_t> values, std::vector<int32_t> shape = {});  // in a row when there is no shape
  void add_input(int32_t tensor) { graph().inputs.push_back(tensor); }
  void add_output(int32_t tensor) { graph().outputs.push_back(tensor); }

  // An operator by its number in the schema, with the options of a table of it.
  void node(int code, std::vector<int32_t> inputs, std::vector<int32_t> outputs);
  template <typename OptionsT>
  void node(int code, std::vector<int32_t> inputs, std::vector<int32_t> outputs, const OptionsT& given) {
    node(code, std::move(inputs), std::move(outputs));
    options_.back() = [given](flatbuffers::FlatBufferBuilder& builder) {
      return flatbuffers::Offset<tflite::Unread>(OptionsT::TableType::Pack(builder, &given).o);
    };
  }

  Extents extents_of(int32_t tensor) const;
  bool is_input(int32_t tensor);
  // Its name, which no other tensor has from then on.
  std::string own_name(int32_t tensor);
  // The elements of a constant of floats, which `change` may alter.
  void change(int32_t constant, const std::function<void(std::span<float>)>& change);

  // The file's bytes. The draft is of no further use.
  Bytes finish();

 private:
  using Options = std::function<flatbuffers::Offset<tflite::Unread>(flatbuffers::FlatBufferBuilder&)>;
  tflite::SubGraphT& graph() { return *model_.subgraphs.back(); }
  int32_t constant(std::vector<int32_t> shape, TfliteType type, const void* data, size_t bytes, const std::string& name);

  tflite::ModelT model_;
  std::vector<Options> options_;  // by operator
};

}  // namespace mote
