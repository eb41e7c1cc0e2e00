// Opens a file, and reads its tensors.
#include "quantize/import/tflite_file.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mote {
namespace {

Error damaged(const std::string& what, const std::string& where) {
  return Error{.cause = Cause::failed, .what = what, .where = where, .todo = "check that it is the file you meant"};
}

uint32_t width_of(int8_t type) {
  switch (static_cast<TfliteType>(type)) {
    case TfliteType::int8:
    case TfliteType::boolean:
      return 1;
    case TfliteType::int16:
      return 2;
    case TfliteType::int32:
    case TfliteType::float32:
      return 4;
    case TfliteType::int64:
      return 8;
    default:
      return 0;
  }
}

// Little-endian, as this host.
template <typename T>
Result<std::vector<int32_t>> widened(ByteView data) {
  std::vector<int32_t> values(data.size() / sizeof(T));
  for (size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, data.data() + i * sizeof(T), sizeof(T));
    if (value < INT32_MIN || value > INT32_MAX) return unsupported("has a constant beyond 32 bits");
    values[i] = static_cast<int32_t>(value);
  }
  return values;
}

// Two in a byte, the first in the low half.
std::vector<int32_t> halves(ByteView data, uint64_t count) {
  std::vector<int32_t> values(count);
  for (uint64_t i = 0; i < count; ++i) {
    const int half = data[i / 2] >> (i % 2 * 4) & 15;
    values[i] = half < 8 ? half : half - 16;
  }
  return values;
}

// IEEE 754 binary16.
float from_half(uint16_t half) {
  const int exponent = half >> 10 & 31, fraction = half & 1023;
  const float sign = (half & 0x8000) != 0 ? -1.0f : 1.0f;
  if (exponent == 31) return fraction != 0 ? NAN : sign * INFINITY;
  return sign * std::ldexp(static_cast<float>(exponent == 0 ? fraction : fraction + 1024), std::max(exponent, 1) - 25);
}

// scale * (q - zero point), the scale one for all or one for each index of the quantized dimension.
Result<std::vector<float>> reals(const tflite::Tensor& tensor, const Extents& extents, const std::vector<int32_t>& integers) {
  const tflite::QuantizationParameters* quantization = tensor.quantization();
  const std::vector<int64_t> zero_points = zero_points_of(tensor);
  if (quantization == nullptr || quantization->scale() == nullptr || quantization->scale()->size() == 0)
    return unsupported("has an integer constant without scales where it needs reals");
  const auto& scales = *quantization->scale();
  const auto axis = static_cast<uint32_t>(quantization->quantized_dimension());
  const bool each = scales.size() > 1;
  if ((each && (axis >= extents.size() || scales.size() != extents[axis])) ||
      (zero_points.size() > 1 && zero_points.size() != scales.size()))
    return unsupported("has a constant with another number of scales than of channels");
  uint64_t inner = 1;
  for (size_t k = each ? axis + 1 : extents.size(); k < extents.size(); ++k) inner *= extents[k];
  std::vector<float> values(integers.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const auto channel = static_cast<uint32_t>(each ? i / inner % scales.size() : 0);
    const int64_t zero = zero_points.empty() ? 0 : zero_points[zero_points.size() > 1 ? channel : 0];
    values[i] = static_cast<float>(static_cast<double>(scales[channel]) * static_cast<double>(integers[i] - zero));
  }
  return values;
}

}  // namespace

Error unsupported(const std::string& what) { return Error{.cause = Cause::usage, .what = what, .where = "", .todo = ""}; }

uint64_t count_of(const Extents& extents) {
  uint64_t count = 1;
  for (const uint32_t extent : extents) count *= extent;
  return count;
}

Shape folded(const Extents& extents) {
  Shape shape = {1, 1, 1, 1};
  for (size_t i = 0; i < extents.size(); ++i) {
    const size_t from_right = extents.size() - 1 - i;
    shape[from_right < 3 ? 3 - from_right : 1] *= extents[i];
  }
  return shape;
}

Result<TfliteFile> TfliteFile::open(ByteView bytes, const std::string& where) {
  if (bytes.size() < 8 || !flatbuffers::BufferHasIdentifier(bytes.data(), "TFL3"))
    return damaged("is not a TensorFlow Lite model: it does not begin with TFL3", where);
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  if (!verifier.VerifyBuffer<tflite::Model>("TFL3")) return damaged("is damaged: a table reaches outside the file", where);
  TfliteFile file(bytes);
  file.model_ = flatbuffers::GetRoot<tflite::Model>(bytes.data());
  if (file.model_->version() != 3)
    return damaged("has schema version " + std::to_string(file.model_->version()) + ", not 3", where);
  const auto* subgraphs = file.model_->subgraphs();
  if (subgraphs == nullptr || subgraphs->size() == 0 || file.model_->operator_codes() == nullptr ||
      file.model_->buffers() == nullptr)
    return damaged("does not have a subgraph with operators and buffers", where);
  const Result<TfliteFile> first = file.at_subgraph(0);
  if (!first.ok()) return damaged(first.error().what, where);
  if (first->subgraph().inputs() == nullptr || first->subgraph().outputs() == nullptr)
    return damaged("has a subgraph without inputs or outputs", where);
  return first;
}

Result<TfliteFile> TfliteFile::at_subgraph(int32_t index) const {
  const auto* subgraphs = model_->subgraphs();
  if (index < 0 || static_cast<uint32_t>(index) >= subgraphs->size()) return unsupported("names a subgraph that does not exist");
  TfliteFile file = *this;
  file.subgraph_ = subgraphs->Get(static_cast<uint32_t>(index));
  const tflite::SubGraph* subgraph = file.subgraph_;
  if (subgraph == nullptr || subgraph->tensors() == nullptr || subgraph->operators() == nullptr)
    return unsupported("has a subgraph without tensors or operators");
  return file;
}

int TfliteFile::code_of(const tflite::Operator& node) const {
  const auto* codes = model_->operator_codes();
  const tflite::OperatorCode* code = node.opcode_index() < codes->size() ? codes->Get(node.opcode_index()) : nullptr;
  // Old writers knew one byte; new ones write both fields where the number fits.
  return code == nullptr ? -1 : std::max<int>(code->deprecated_builtin_code(), code->builtin_code());
}

const tflite::Tensor* TfliteFile::tensor(int32_t index) const {
  if (index < 0 || static_cast<uint32_t>(index) >= subgraph_->tensors()->size()) return nullptr;
  return subgraph_->tensors()->Get(static_cast<uint32_t>(index));
}

ByteView TfliteFile::data(const tflite::Tensor& tensor) const {
  const tflite::Buffer* buffer = tensor.buffer() < model_->buffers()->size() ? model_->buffers()->Get(tensor.buffer()) : nullptr;
  if (buffer == nullptr || buffer->data() == nullptr) return {};
  return {buffer->data()->data(), buffer->data()->size()};
}

bool TfliteFile::is_constant(const tflite::Tensor& tensor) const { return !data(tensor).empty(); }

Result<std::vector<int32_t>> TfliteFile::integers(const tflite::Tensor& tensor) const {
  TRY(const Extents extents, extents_of(tensor));
  const uint64_t count = mote::count_of(extents);
  const ByteView bytes = data(tensor);
  const bool half = tensor.type() == static_cast<int8_t>(TfliteType::int4);
  if (bytes.empty() || bytes.size() != (half ? (count + 1) / 2 : count * width_of(tensor.type())))
    return unsupported("has a constant that is missing, or not of its shape");
  switch (static_cast<TfliteType>(tensor.type())) {
    case TfliteType::int8:
    case TfliteType::boolean:
      return widened<int8_t>(bytes);
    case TfliteType::int16:
      return widened<int16_t>(bytes);
    case TfliteType::int32:
      return widened<int32_t>(bytes);
    case TfliteType::int64:
      return widened<int64_t>(bytes);
    case TfliteType::int4:
      return halves(bytes, count);
    default:
      return unsupported("has a constant of no integer type");
  }
}

Result<std::vector<float>> TfliteFile::floats(const tflite::Tensor& tensor) const {
  TRY(const Extents extents, extents_of(tensor));
  const ByteView bytes = data(tensor);
  std::vector<float> values(mote::count_of(extents));
  switch (static_cast<TfliteType>(tensor.type())) {
    case TfliteType::float32:
      if (bytes.size() != values.size() * sizeof(float)) break;
      std::memcpy(values.data(), bytes.data(), bytes.size());
      return values;
    case TfliteType::float16:
      if (bytes.size() != values.size() * sizeof(uint16_t)) break;
      for (size_t i = 0; i < values.size(); ++i)
        values[i] = from_half(static_cast<uint16_t>(bytes[2 * i] | bytes[2 * i + 1] << 8));
      return values;
    default: {
      TRY(const std::vector<int32_t> integers, this->integers(tensor));
      return reals(tensor, extents, integers);
    }
  }
  return unsupported("has a constant that is missing, or not of its shape");
}

std::string name_of(const tflite::Tensor& tensor) {
  std::string name = tensor.name() == nullptr ? "" : tensor.name()->str();
  for (char& c : name)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F) c = '?';
  return name;
}

Result<Extents> extents_of(const tflite::Tensor& tensor) {
  Extents extents;
  uint64_t count = 1;
  for (uint32_t i = 0; tensor.shape() != nullptr && i < tensor.shape()->size(); ++i) {
    const int32_t extent = tensor.shape()->Get(i);
    if (extent < 1) return unsupported("has a tensor without a fixed shape");
    extents.push_back(static_cast<uint32_t>(extent));
    count *= static_cast<uint64_t>(extent);
    if (count > kMostElements) return unsupported("has a tensor that is too large");
  }
  return extents;
}

// Byte by byte: FlatBuffers' verifier lets a vector of 64 bits begin anywhere.
std::vector<int64_t> zero_points_of(const tflite::Tensor& tensor) {
  if (tensor.quantization() == nullptr || tensor.quantization()->zero_point() == nullptr) return {};
  const auto& from = *tensor.quantization()->zero_point();
  std::vector<int64_t> zero_points(from.size());
  if (!zero_points.empty()) std::memcpy(zero_points.data(), from.Data(), zero_points.size() * sizeof(int64_t));
  return zero_points;
}

Result<Quantization> quantization_of(const tflite::Tensor& tensor) {
  const bool int8 = tensor.type() == static_cast<int8_t>(TfliteType::int8);
  const tflite::QuantizationParameters* from = tensor.quantization();
  const bool given = from != nullptr && from->scale() != nullptr && from->scale()->size() > 0;
  if (!int8 && !given) return Quantization{.scale = {1.0f}, .zero_point = 0};
  const std::vector<int64_t> zero_points = zero_points_of(tensor);
  if (!given || from->scale()->size() != 1 || zero_points.size() != 1)
    return unsupported("has a tensor without a scale and zero point of its own");
  const float scale = from->scale()->Get(0);
  if (!(scale > 0) || !std::isfinite(scale)) return unsupported("has a scale that is not positive and finite");
  const int64_t zero_point = zero_points[0];
  if (zero_point < -128 || zero_point > 127) return unsupported("has a tensor whose zero point is not int8");
  if (!int8 && zero_point != 0) return unsupported("has a zero point that is not 0 on a tensor that is not int8");
  return Quantization{.scale = {scale}, .zero_point = static_cast<int32_t>(zero_point)};
}

}  // namespace mote
