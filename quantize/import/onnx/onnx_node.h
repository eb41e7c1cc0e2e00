// One operator of an ONNX file on its way into the draft, and the values that have been made so far.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "quantize/calibrate/fixed_scales.h"
#include "quantize/import/onnx/draft.h"
#include "quantize/import/onnx/onnx_file.h"

namespace mote {

constexpr int32_t kNowhere = -1;

// How integers stand for reals: scale * (q - zero).
struct OnnxQuanta {
  float scale = 1;
  int64_t zero = 0;
  IntegerType type;

  bool operator==(const OnnxQuanta&) const = default;
};

// A value of the file. Where it is no constant, tensors of the draft hold it in one order of its elements or in several:
//   plain          as ONNX has them, [N, C, H, W]
//   channels_last  [N, H, W, C], of three dimensions [N, L, C]: what windows slide over
//   flat           [N, H * W * C] of what ONNX has as [N, C * H * W]: what a Flatten leaves of channels_last. A matrix product
//                  brings the rows of its weights into this order, and nothing is moved
struct OnnxValue {
  Extents extents;  // as ONNX has them
  std::optional<OnnxTensor> constant;
  int32_t plain = kNowhere, channels_last = kNowhere, flat = kNowhere;
  uint32_t channels = 0;  // of flat
  // Integers in the file, which are held as the reals that they stand for: only what moves or unpacks them may read them.
  bool quantized = false;
  std::optional<OnnxQuanta> quanta;  // of those, how; none before anything has said it of an input of the model

  size_t rank() const { return extents.size(); }
};

enum class Order : uint8_t { plain, channels_last };

// Weights and bias of a sum whose result nothing but the next operator reads: a scale or an offset of its channels goes into
// them.
struct WeightedSum {
  int32_t weights = kNowhere, bias = kNowhere;
  bool channels_first = true;  // of the weights in the draft; else they are the last dimension
  uint32_t channels = 0;
  size_t axis = 1;  // of the channels in the result, as ONNX has it
};

struct OnnxImport {
  int64_t opset = 0;
  FloatDraft draft;
  std::map<std::string, OnnxValue> values;
  std::map<std::string, WeightedSum> sums;      // by result
  std::map<std::string, int> uses;              // how often a value is read, ends of the graph included
  std::map<int32_t, ValueQuantization> scales;  // that the file says of tensors of the draft, where int8 can have them
};

class OnnxNode {
 public:
  OnnxNode(const OnnxOperation& operation, OnnxImport& to) : operation_(operation), to_(to) {}

  // What the file says.

  int64_t opset() const { return to_.opset; }
  const std::string& operation() const { return operation_.operation; }
  size_t input_count() const { return operation_.inputs.size(); }
  size_t output_count() const { return operation_.outputs.size(); }
  bool has_input(size_t place) const { return place < input_count() && !operation_.inputs[place].empty(); }
  bool has_output(size_t place) const { return place < output_count() && !operation_.outputs[place].empty(); }
  const std::string& input_name(size_t place) const { return operation_.inputs[place]; }
  const std::string& output_name(size_t place = 0) const { return operation_.outputs[place]; }
  bool has(const std::string& attribute) const { return operation_.attributes.contains(attribute); }
  int64_t integer(const std::string& attribute, int64_t otherwise) const;
  float real(const std::string& attribute, float otherwise) const;
  std::string text(const std::string& attribute, const std::string& otherwise) const;
  std::vector<int64_t> integers(const std::string& attribute, std::vector<int64_t> otherwise = {}) const;
  std::vector<float> reals_of(const std::string& attribute) const;
  const OnnxTensor* tensor(const std::string& attribute) const;

  // Inputs by their place. The error of those that are missing or of another kind completes a sentence about the operator.

  Result<OnnxValue*> value(size_t place);
  Result<OnnxValue*> activation(size_t place);  // no constant
  bool is_constant(size_t place);
  Result<const OnnxTensor*> constant(size_t place);
  Result<std::vector<float>> reals(size_t place);  // of a constant of reals
  Result<float> one_real(size_t place);
  // Of an attribute, as old opsets have it, or of a constant input; nothing when it is left out.
  Result<std::optional<std::vector<int64_t>>> integers_of(const std::string& attribute, size_t place);

  // The draft's side.

  // Another operator with this one's attributes and outputs.
  OnnxOperation like(std::string operation, std::vector<std::string> inputs) const {
    OnnxOperation made = operation_;
    made.operation = std::move(operation);
    made.inputs = std::move(inputs);
    return made;
  }
  OnnxImport& import() { return to_; }
  FloatDraft& draft() { return to_.draft; }
  // The tensor that holds a value in an order; made when there is none.
  int32_t plain(OnnxValue& value);
  int32_t channels_last(OnnxValue& value);
  int32_t in_order(OnnxValue& value, Order order) { return order == Order::plain ? plain(value) : channels_last(value); }
  // The order in which it lies already.
  static Order order_of(const OnnxValue& value) { return value.channels_last != kNowhere ? Order::channels_last : Order::plain; }
  int32_t between(const Extents& extents) { return draft().tensor(extents, has_output(0) ? output_name() : ""); }
  int32_t reshaped(int32_t tensor, const Extents& extents);
  int32_t transposed(int32_t tensor, const std::vector<uint32_t>& order);

  // Output `place` is this.
  void give(OnnxValue value, size_t place = 0);
  void give_constant(OnnxTensor constant, size_t place = 0);
  // A new tensor for an output that ONNX has as `extents`, in an order.
  Result<int32_t> give_tensor(const Extents& extents, Order order, size_t place = 0);
  // The same elements under other extents: RESHAPE and its like.
  Result<void> give_reshaped(OnnxValue& value, const Extents& extents);
  // One operator of the draft that changes each element of input 0, wherever it lies.
  template <typename... Options>
  Result<void> element_by_element(int code, const Options&... options) {
    TRY(OnnxValue * in, activation(0));
    draft().node(code, {held(*in)}, {give_alike(*in)}, options...);
    return {};
  }
  // A tensor that holds the value in whatever order; and one like it for an output.
  int32_t held(OnnxValue& value);
  int32_t give_alike(const OnnxValue& value, size_t place = 0);

 private:
  const OnnxOperation& operation_;
  OnnxImport& to_;
};

// Where each dimension of an order stands in ONNX's: [0, 2, 3, 1].
std::vector<uint32_t> channels_last_axes(size_t rank);
Extents permuted(const Extents& extents, const std::vector<uint32_t>& axes);
// The dimension of `order` that is ONNX's `axis`.
uint32_t axis_in(Order order, uint32_t axis, size_t rank);
Extents extents_in(Order order, const Extents& extents);
// The elements of a tensor with its dimensions in another order.
std::vector<float> permuted(const std::vector<float>& values, const Extents& extents, const std::vector<uint32_t>& axes);
// A dimension that may be counted from the end.
Result<uint32_t> onnx_axis(int64_t axis, size_t rank);
// Both, repeated to fit each other.
Result<Extents> broadcast(const Extents& left, const Extents& right);
// What a Reshape to `shape` gives: 0 keeps an extent unless `zeros` are meant, -1 is what is left.
Result<Extents> reshaped_extents(const Extents& extents, const std::vector<int64_t>& shape, bool zeros);
Result<void> check_extents(const Extents& extents);

using FromOnnx = Result<void> (*)(OnnxNode& node);

// Null for an operator that ONNX does not have at `opset`, or that cannot be imported.
FromOnnx find_onnx_operator(std::string_view operation, int64_t opset);

// scale * (q - zero point), one of each or one for each index of a dimension.
Result<OnnxTensor> dequantized(const OnnxTensor& in, const std::vector<float>& scales, const std::vector<int64_t>& zeros,
                               int64_t axis);

// The integers of a value come to be known. Refuses other ones than those that are known already.
Result<void> know_quanta(OnnxNode& node, OnnxValue& value, const OnnxQuanta& quanta);

// True for an operator that may read quantized values; of those that only move them, the results are quantized too.
bool takes_quantized(std::string_view operation);
bool gives_quantized(std::string_view operation);

// True when all inputs were constants and the outputs are too now.
Result<bool> fold_constants(OnnxNode& node);

// Whether the operator is one that fold_constants knows.
bool folds(std::string_view operation);

}  // namespace mote
