// A .tflite file as it lies: its tables, found to be inside the file, and what its tensors say.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "quantize/graph/graph.h"
#include "tflite_generated.h"

namespace mote {

// Of TensorType in TensorFlow Lite's schema, those that a model here can hold.
enum class TfliteType : int8_t { float32 = 0, float16 = 1, int32 = 2, int64 = 4, boolean = 6, int16 = 7, int8 = 9, int4 = 17 };

// Dimensions of a tensor as the file has them, of any number, each at least 1.
using Extents = std::vector<uint32_t>;

uint64_t count_of(const Extents& extents);

// The four dimensions under which a value holds `extents`: filled with 1 from the left; more than four, or a batch that is not 1,
// go into the height, which changes nothing for an operator that reads element after element or along the last dimension.
Shape folded(const Extents& extents);

// An operator, or something it needs, that this importer does not take: "what" completes a sentence about the operator.
Error unsupported(const std::string& what);

class TfliteFile {
 public:
  // `bytes` must outlive it. Cause::failed for what is no such file. What the file says is read from its first subgraph.
  static Result<TfliteFile> open(ByteView bytes, const std::string& where);
  // The same file, read from another subgraph.
  Result<TfliteFile> at_subgraph(int32_t index) const;

  const tflite::SubGraph& subgraph() const { return *subgraph_; }
  uint32_t operator_count() const { return subgraph_->operators()->size(); }
  // Null where the file has none.
  const tflite::Operator* node(uint32_t place) const { return subgraph_->operators()->Get(place); }
  // The number of the builtin operator, -1 when the file does not tell.
  int code_of(const tflite::Operator& node) const;

  // Null for an index that is no tensor's, as that of an optional input is.
  const tflite::Tensor* tensor(int32_t index) const;
  bool is_constant(const tflite::Tensor& tensor) const;
  // The elements of an integer constant with as many as its shape says.
  Result<std::vector<int32_t>> integers(const tflite::Tensor& tensor) const;
  // The reals that a constant stands for: of float32, of float16, or of integers with scales, one or one per channel.
  Result<std::vector<float>> floats(const tflite::Tensor& tensor) const;

  template <typename Options>
  Result<const Options*> options(const tflite::Operator& node) const {
    flatbuffers::Verifier verifier(bytes_.data(), bytes_.size());
    const auto* found = reinterpret_cast<const Options*>(node.builtin_options());
    if (found == nullptr || !found->Verify(verifier)) return unsupported("has no readable options");
    return found;
  }

 private:
  explicit TfliteFile(ByteView bytes) : bytes_(bytes) {}
  ByteView data(const tflite::Tensor& tensor) const;

  ByteView bytes_;
  const tflite::Model* model_ = nullptr;
  const tflite::SubGraph* subgraph_ = nullptr;
};

std::string name_of(const tflite::Tensor& tensor);  // without what a terminal would obey
Result<Extents> extents_of(const tflite::Tensor& tensor);
// None, one, or one per channel.
std::vector<int64_t> zero_points_of(const tflite::Tensor& tensor);
// One scale and one zero point; scale 1 and zero point 0 for a tensor of other types than int8 that has none.
Result<Quantization> quantization_of(const tflite::Tensor& tensor);

}  // namespace mote
