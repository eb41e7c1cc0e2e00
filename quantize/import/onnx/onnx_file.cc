// Parses with the schema's own classes, and copies what is read.
#include "quantize/import/onnx/onnx_file.h"

#define ONNX_ML 1  // as Debian builds the library
#define ONNX_NAMESPACE onnx
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace mote {
namespace {

using Proto = onnx::TensorProto;

Error no_onnx(const std::string& what, const std::string& where) {
  return Error{.cause = Cause::failed, .what = what, .where = where, .todo = "check that it is the file you meant"};
}

// Without what a terminal would obey.
std::string plain_name(const std::string& from) {
  std::string name = from;
  for (char& c : name)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return name;
}

Result<Extents> proto_extents(const Proto& from) {
  Extents extents;
  uint64_t count = 1;
  for (const int64_t extent : from.dims()) {
    if (extent < 0 || extent > static_cast<int64_t>(kMostElements)) return unsupported("has a tensor of no possible shape");
    extents.push_back(static_cast<uint32_t>(extent));
    count *= static_cast<uint64_t>(extent);
    if (count > kMostElements) return unsupported("has a tensor that is too large");
  }
  return extents;
}

// Little-endian, as this host.
template <typename From, typename To>
bool take_raw(const std::string& raw, std::vector<To>& to) {
  if (raw.size() != to.size() * sizeof(From)) return false;
  for (size_t i = 0; i < to.size(); ++i) {
    From value;
    std::memcpy(&value, raw.data() + i * sizeof(From), sizeof(From));
    to[i] = static_cast<To>(value);
  }
  return true;
}

template <typename Field, typename To>
bool take_field(const Field& field, std::vector<To>& to) {
  if (static_cast<size_t>(field.size()) != to.size()) return false;
  std::transform(field.begin(), field.end(), to.begin(), [](auto value) { return static_cast<To>(value); });
  return true;
}

template <typename Raw, typename Field, typename To>
bool take(const Proto& from, const Field& field, std::vector<To>& to) {
  return from.has_raw_data() ? take_raw<Raw>(from.raw_data(), to) : take_field(field, to);
}

// IEEE 754 binary16.
float real_of_half(uint32_t half) {
  const uint32_t exponent = half >> 10 & 31, fraction = half & 1023;
  const float sign = (half & 0x8000) != 0 ? -1.0f : 1.0f;
  if (exponent == 31) return fraction != 0 ? NAN : sign * INFINITY;
  return sign * std::ldexp(static_cast<float>(exponent == 0 ? fraction : fraction + 1024),
                           static_cast<int>(std::max(exponent, 1u)) - 25);
}

bool take_halves(const Proto& from, std::vector<float>& to) {
  std::vector<uint32_t> bits(to.size());
  if (!take<uint16_t>(from, from.int32_data(), bits)) return false;
  std::transform(bits.begin(), bits.end(), to.begin(), real_of_half);
  return true;
}

bool is_real(int type) { return type == Proto::FLOAT || type == Proto::DOUBLE || type == Proto::FLOAT16; }

IntegerType integers_of(int type) {
  switch (type) {
    case Proto::INT8:
      return {.bits = 8, .least = INT8_MIN};
    case Proto::UINT8:
      return {.bits = 8, .least = 0};
    case Proto::INT16:
      return {.bits = 16, .least = INT16_MIN};
    case Proto::UINT16:
      return {.bits = 16, .least = 0};
    default:
      return {};
  }
}

bool take_elements(const Proto& from, OnnxTensor& to) {
  const uint64_t count = to.count();
  to.real = is_real(from.data_type());
  to.real ? to.floats.resize(count) : to.integers.resize(count);
  to.type = integers_of(from.data_type());
  switch (from.data_type()) {
    case Proto::FLOAT:
      return take<float>(from, from.float_data(), to.floats);
    case Proto::DOUBLE:
      return take<double>(from, from.double_data(), to.floats);
    case Proto::FLOAT16:
      return take_halves(from, to.floats);
    case Proto::INT8:
      return take<int8_t>(from, from.int32_data(), to.integers);
    case Proto::UINT8:
    case Proto::BOOL:
      return take<uint8_t>(from, from.int32_data(), to.integers);
    case Proto::INT16:
      return take<int16_t>(from, from.int32_data(), to.integers);
    case Proto::UINT16:
      return take<uint16_t>(from, from.int32_data(), to.integers);
    case Proto::INT32:
      return take<int32_t>(from, from.int32_data(), to.integers);
    case Proto::INT64:
      return take<int64_t>(from, from.int64_data(), to.integers);
    default:
      return false;
  }
}

// Numbers that protobuf has no room for are elements of its tensors: what they take is bounded by the file.
Result<OnnxTensor> tensor_of(const Proto& from) {
  OnnxTensor tensor;
  TRY(tensor.extents, proto_extents(from));
  if (from.data_location() == Proto::EXTERNAL) return unsupported("keeps its weights in another file");
  const uint64_t held = from.raw_data().size() + static_cast<uint64_t>(from.float_data_size()) +
                        static_cast<uint64_t>(from.double_data_size()) + static_cast<uint64_t>(from.int32_data_size()) +
                        static_cast<uint64_t>(from.int64_data_size());
  if (tensor.count() > held || !take_elements(from, tensor))
    return unsupported("has a constant '" + plain_name(from.name()) + "' of a type that is not read, or not of its shape");
  return tensor;
}

Result<OnnxAttribute> attribute_of(const onnx::AttributeProto& from) {
  OnnxAttribute attribute{.real = from.f(),
                          .integer = from.i(),
                          .text = from.s(),
                          .reals = {from.floats().begin(), from.floats().end()},
                          .integers = {from.ints().begin(), from.ints().end()},
                          .tensor = {}};
  if (from.has_t()) {
    TRY(attribute.tensor, tensor_of(from.t()));
  }
  return attribute;
}

Result<OnnxOperation> operation_of(const onnx::NodeProto& from) {
  const bool own = from.domain().empty() || from.domain() == "ai.onnx";
  OnnxOperation operation{.operation = plain_name(own ? from.op_type() : from.domain() + "." + from.op_type()),
                          .name = plain_name(from.name()),
                          .inputs = {from.input().begin(), from.input().end()},
                          .outputs = {from.output().begin(), from.output().end()},
                          .attributes = {}};
  for (const onnx::AttributeProto& attribute : from.attribute()) {
    TRY(operation.attributes[attribute.name()], attribute_of(attribute));
  }
  return operation;
}

// A first dimension without a size is a batch, of which a device runs one at a time.
Result<OnnxInput> input_of(const onnx::ValueInfoProto& from) {
  const onnx::TypeProto_Tensor& type = from.type().tensor_type();
  OnnxInput input{.name = from.name(), .extents = {}, .real = is_real(type.elem_type()), .type = integers_of(type.elem_type())};
  uint64_t count = 1;
  for (const auto& dimension : type.shape().dim()) {
    int64_t extent = dimension.has_dim_value() ? dimension.dim_value() : 0;
    if (extent <= 0 && input.extents.empty()) extent = 1;
    if (extent <= 0 || extent > static_cast<int64_t>(kMostElements))
      return unsupported("has an input '" + plain_name(from.name()) + "' without a fixed shape");
    input.extents.push_back(static_cast<uint32_t>(extent));
    count *= static_cast<uint64_t>(extent);
    if (count > kMostElements) return unsupported("has an input that is too large");
  }
  return input;
}

Result<void> read_ends(const onnx::GraphProto& graph, OnnxModel& model) {
  for (const onnx::ValueInfoProto& value : graph.input()) {
    if (model.constants.contains(value.name())) continue;
    TRY(OnnxInput input, input_of(value));
    model.inputs.push_back(std::move(input));
  }
  for (const onnx::ValueInfoProto& value : graph.output()) model.outputs.push_back(value.name());
  return {};
}

Result<void> read_graph(const onnx::GraphProto& graph, OnnxModel& model) {
  for (const Proto& tensor : graph.initializer()) {
    TRY(model.constants[tensor.name()], tensor_of(tensor));
  }
  if (graph.sparse_initializer_size() > 0) return unsupported("has sparse constants");
  for (const onnx::NodeProto& node : graph.node()) {
    TRY(OnnxOperation operation, operation_of(node));
    model.operations.push_back(std::move(operation));
  }
  return read_ends(graph, model);
}

}  // namespace

Result<OnnxModel> read_onnx_file(ByteView bytes, const std::string& where, const OnnxConstants& given) {
  onnx::ModelProto from;
  if (bytes.size() > INT32_MAX || !from.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return no_onnx("is not an ONNX model: it cannot be parsed", where);
  OnnxModel model{.opset = 0, .operations = {}, .inputs = {}, .outputs = {}, .constants = given};
  for (const onnx::OperatorSetIdProto& opset : from.opset_import())
    if (opset.domain().empty() || opset.domain() == "ai.onnx") model.opset = opset.version();
  if (!from.has_graph() || model.opset == 0) return no_onnx("is not an ONNX model: it has no graph or no opset", where);
  const Result<void> read = read_graph(from.graph(), model);
  if (!read.ok()) return Error{.cause = Cause::usage, .what = read.error().what, .where = where, .todo = ""};
  return model;
}

Result<OnnxTensor> read_onnx_tensor(ByteView bytes, const std::string& where) {
  Proto from;
  if (bytes.size() > INT32_MAX || !from.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return no_onnx("is not an ONNX tensor: it cannot be parsed", where);
  Result<OnnxTensor> tensor = tensor_of(from);
  if (!tensor.ok()) return no_onnx(tensor.error().what, where);
  return tensor;
}

}  // namespace mote
