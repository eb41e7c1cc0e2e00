// Operators on constants alone, which are worked out as the file is read: mostly those that exporters compute shapes by.
#include "quantize/import/onnx/folding.h"

#include <algorithm>
#include <cmath>

namespace mote {
namespace {

Result<bool> fold_constant(OnnxNode& node) {
  if (const OnnxTensor* given = node.tensor("value"); given != nullptr) {
    node.give_constant(*given);
    return true;
  }
  OnnxTensor made;
  if (node.has("value_float") || node.has("value_floats")) {
    made.floats = node.has("value_float") ? std::vector<float>{node.real("value_float", 0)} : node.reals_of("value_floats");
    if (node.has("value_floats")) made.extents = {static_cast<uint32_t>(made.floats.size())};
  } else if (node.has("value_int") || node.has("value_ints")) {
    made.real = false;
    made.integers = node.has("value_int") ? std::vector<int64_t>{node.integer("value_int", 0)} : node.integers("value_ints");
    if (node.has("value_ints")) made.extents = {static_cast<uint32_t>(made.integers.size())};
  } else {
    return unsupported("has a value that is not read");
  }
  node.give_constant(std::move(made));
  return true;
}

Result<bool> fold_shape(OnnxNode& node) {
  TRY(const OnnxValue* in, node.value(0));
  OnnxTensor made{.extents = {static_cast<uint32_t>(in->rank())}, .real = false, .floats = {}, .integers = {}};
  made.integers.assign(in->extents.begin(), in->extents.end());
  node.give_constant(std::move(made));
  return true;
}

Result<OnnxTensor> folded_cast(OnnxNode& node, const OnnxTensor& in) {
  constexpr int64_t kFloat = 1, kHalf = 10, kDouble = 11;
  const int64_t to = node.integer("to", 0);
  OnnxTensor made = in;
  made.real = to == kFloat || to == kHalf || to == kDouble;
  if (made.real == in.real) return made;
  if (made.real) {
    made.floats.assign(in.integers.begin(), in.integers.end());
    made.integers.clear();
    return made;
  }
  for (const float value : in.floats) {
    if (!(std::fabs(value) < 9e18f)) return unsupported("makes an integer of what is none");
    made.integers.push_back(static_cast<int64_t>(value));
  }
  made.floats.clear();
  return made;
}

Result<OnnxTensor> folded_dequantize(OnnxNode& node, const OnnxTensor& in) {
  TRY(const std::vector<float> scales, node.reals(1));
  std::vector<int64_t> zeros(scales.size(), 0);
  if (node.has_input(2)) {
    TRY(const OnnxTensor* given, node.constant(2));
    zeros = given->integers;
  }
  if (node.integer("block_size", 0) != 0) return unsupported("has scales of blocks");
  return dequantized(in, scales, zeros, node.integer("axis", 1));
}

// Of operands of one shape, or one of which is a single number.
template <typename T>
std::vector<T> calculated(const std::string& operation, const std::vector<T>& left, const std::vector<T>& right) {
  std::vector<T> result(std::max(left.size(), right.size()));
  for (size_t i = 0; i < result.size(); ++i) {
    const T a = left[left.size() == 1 ? 0 : i], b = right[right.size() == 1 ? 0 : i];
    if constexpr (std::is_integral_v<T>) {
      const auto wide = [](T value) { return static_cast<uint64_t>(value); };  // overflow has a result
      result[i] = operation == "Add"   ? static_cast<T>(wide(a) + wide(b))
                  : operation == "Sub" ? static_cast<T>(wide(a) - wide(b))
                  : operation == "Mul" ? static_cast<T>(wide(a) * wide(b))
                  : b == 0 || b == -1  ? static_cast<T>(0 - wide(b == 0 ? 0 : a))
                                       : a / b;
    } else {
      result[i] = operation == "Add" ? a + b : operation == "Sub" ? a - b : operation == "Mul" ? a * b : a / b;
    }
  }
  return result;
}

Result<OnnxTensor> folded_arithmetic(OnnxNode& node, const OnnxTensor& left) {
  TRY(const OnnxTensor* right, node.constant(1));
  if (left.real != right->real || (left.extents != right->extents && left.count() != 1 && right->count() != 1) ||
      left.count() == 0 || right->count() == 0)
    return unsupported("has constants that do not fit each other");
  TRY(Extents extents, broadcast(left.extents, right->extents));
  OnnxTensor made{.extents = std::move(extents), .real = left.real, .floats = {}, .integers = {}};
  if (made.real)
    made.floats = calculated(node.operation(), left.floats, right->floats);
  else
    made.integers = calculated(node.operation(), left.integers, right->integers);
  return made;
}

Result<OnnxTensor> folded_fill(OnnxNode& node, const OnnxTensor& shape) {
  OnnxTensor made = {.extents = {}, .real = true, .floats = {0}, .integers = {}};
  if (const OnnxTensor* value = node.tensor("value"); value != nullptr && value->count() == 1) made = *value;
  made.extents.clear();
  for (const int64_t extent : shape.integers) {
    if (extent < 1 || extent > static_cast<int64_t>(kMostElements)) return unsupported("has a shape that is not possible");
    made.extents.push_back(static_cast<uint32_t>(extent));
    TRY_DO(check_extents(made.extents));
  }
  made.real ? made.floats.resize(made.count(), made.floats.front()) : made.integers.resize(made.count(), made.integers.front());
  return made;
}

using FoldOne = Result<OnnxTensor> (*)(OnnxNode& node, const OnnxTensor& first);

struct FoldRow {
  const char* operation;
  FoldOne fold;
};

constexpr FoldRow kFolds[] = {
    {"Identity", [](OnnxNode&, const OnnxTensor& in) { return Result<OnnxTensor>(in); }},
    {"Reshape", folded_reshape},
    {"Squeeze", [](OnnxNode& node, const OnnxTensor& in) { return folded_dimensions(node, in, false); }},
    {"Unsqueeze", [](OnnxNode& node, const OnnxTensor& in) { return folded_dimensions(node, in, true); }},
    {"Transpose", folded_transpose},
    {"Gather", folded_gather},
    {"Slice", folded_slice},
    {"Concat", folded_concat},
    {"Cast", folded_cast},
    {"ConstantOfShape", folded_fill},
    {"DequantizeLinear", folded_dequantize},
    {"Add", folded_arithmetic},
    {"Sub", folded_arithmetic},
    {"Mul", folded_arithmetic},
    {"Div", folded_arithmetic},
};

// From -127 to 127, about 0.
bool are_weights_of_int8(const OnnxTensor& in, const std::vector<int64_t>& zeros) {
  const int64_t middle = in.type.least + 128;
  return in.type.bits == 8 && std::all_of(zeros.begin(), zeros.end(), [&](int64_t zero) { return zero == middle; }) &&
         std::find(in.integers.begin(), in.integers.end(), in.type.least) == in.integers.end();
}

}  // namespace

Result<OnnxTensor> dequantized(const OnnxTensor& in, const std::vector<float>& scales, const std::vector<int64_t>& zeros,
                               int64_t axis) {
  if (in.real || scales.empty() || zeros.size() != scales.size()) return unsupported("has scales that do not fit its input");
  size_t inner = 1;
  if (scales.size() > 1) {
    TRY(const uint32_t along, onnx_axis(axis, in.extents.size()));
    if (in.extents[along] != scales.size()) return unsupported("has scales that do not fit its input");
    inner = inner_of(in.extents, along);
  }
  OnnxTensor made{.extents = in.extents, .real = true, .floats = {}, .integers = {}};
  for (size_t i = 0; i < in.integers.size(); ++i) {
    const size_t channel = i / inner % scales.size();
    made.floats.push_back(scales[channel] * (static_cast<float>(in.integers[i]) - static_cast<float>(zeros[channel])));
  }
  if (are_weights_of_int8(in, zeros)) made.scales = scales;
  return made;
}

Result<bool> fold_constants(OnnxNode& node) {
  if (node.operation() == "Constant") return fold_constant(node);
  if (node.operation() == "Shape" && !node.has("start") && !node.has("end")) return fold_shape(node);
  for (size_t i = 0; i < node.input_count(); ++i)
    if (node.has_input(i) && !node.is_constant(i)) return false;
  const auto row = std::find_if(std::begin(kFolds), std::end(kFolds),
                                [&](const FoldRow& candidate) { return node.operation() == candidate.operation; });
  if (row == std::end(kFolds) || node.input_count() == 0) return false;
  TRY(const OnnxTensor* first, node.constant(0));
  TRY(OnnxTensor made, row->fold(node, *first));
  node.give_constant(std::move(made));
  return true;
}

bool folds(std::string_view operation) {
  return operation == "Constant" || operation == "Shape" ||
         std::any_of(std::begin(kFolds), std::end(kFolds), [&](const FoldRow& row) { return row.operation == operation; });
}

}  // namespace mote
