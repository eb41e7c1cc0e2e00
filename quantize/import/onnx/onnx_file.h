// An ONNX file as it lies: nodes, constants and ends in plain types, so that nothing else meets protobuf.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "quantize/import/tflite_file.h"

namespace mote {

struct IntegerType {
  uint32_t bits = 0;  // 8 or 16; 0: reals, and integers that stand for none
  int64_t least = 0;  // that the type can hold

  bool operator==(const IntegerType&) const = default;
};

// A constant. Of integers and booleans `integers`, of anything else that is real `floats`.
struct OnnxTensor {
  Extents extents;
  bool real = true;
  std::vector<float> floats;
  std::vector<int64_t> integers;
  IntegerType type;
  std::vector<float> scales;  // of reals that int8 holds as they are, with a zero point of 0: one, or one for each channel

  uint64_t count() const { return count_of(extents); }
};

struct OnnxAttribute {
  float real = 0;
  int64_t integer = 0;
  std::string text;
  std::vector<float> reals;
  std::vector<int64_t> integers;
  OnnxTensor tensor;
};

struct OnnxOperation {
  std::string operation;  // with its domain in front, when that is not ONNX's own
  std::string name;
  std::vector<std::string> inputs, outputs;  // empty where one is left out
  std::map<std::string, OnnxAttribute> attributes;
};

struct OnnxInput {
  std::string name;
  Extents extents;  // 1 for a batch without a fixed size
  bool real = true;
  IntegerType type;
};

struct OnnxModel {
  int64_t opset = 0;
  std::vector<OnnxOperation> operations;
  std::vector<OnnxInput> inputs;  // without those that a constant of the file stands for
  std::vector<std::string> outputs;
  std::map<std::string, OnnxTensor> constants;
};

using OnnxConstants = std::map<std::string, OnnxTensor>;

// Cause::failed for what is no such file. `given` are constants for inputs of the file, by name.
Result<OnnxModel> read_onnx_file(ByteView bytes, const std::string& where, const OnnxConstants& given = {});

// A tensor in a file of its own (TensorProto).
Result<OnnxTensor> read_onnx_tensor(ByteView bytes, const std::string& where);

}  // namespace mote
