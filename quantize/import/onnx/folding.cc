// Operators on constants alone, which are worked out as the file is read: mostly those that exporters compute shapes by.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "quantize/import/onnx/onnx_node.h"

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

// `values` at places of [outer, extent, inner].
template <typename T>
std::vector<T> taken_along(const std::vector<T>& values, size_t extent, size_t inner, const std::vector<size_t>& places) {
  std::vector<T> result;
  if (values.empty()) return result;
  for (size_t outer = 0; outer < values.size() / (extent * inner); ++outer)
    for (const size_t place : places)
      for (size_t k = 0; k < inner; ++k) result.push_back(values[(outer * extent + place) * inner + k]);
  return result;
}

size_t inner_of(const Extents& extents, size_t axis) {
  return std::accumulate(extents.begin() + static_cast<std::ptrdiff_t>(axis) + 1, extents.end(), size_t{1}, std::multiplies<>());
}

Result<OnnxTensor> under(OnnxTensor tensor, Extents extents) {
  if (count_of(extents) != tensor.count()) return unsupported("has an output of another number of elements");
  tensor.extents = std::move(extents);
  return tensor;
}

Result<OnnxTensor> folded_reshape(OnnxNode& node, const OnnxTensor& in) {
  TRY(const auto shape, node.integers_of("shape", 1));
  if (!shape) return unsupported("has no shape");
  TRY(Extents extents, reshaped_extents(in.extents, *shape, node.integer("allowzero", 0) != 0));
  return under(in, std::move(extents));
}

Result<OnnxTensor> folded_dimensions(OnnxNode& node, const OnnxTensor& in, bool adds) {
  TRY(const auto given, node.integers_of("axes", 1));
  const size_t rank = in.extents.size() + (adds && given ? given->size() : 0);
  std::vector<uint32_t> axes;
  for (const int64_t axis : given.value_or(std::vector<int64_t>())) {
    TRY(const uint32_t known, onnx_axis(axis, rank));
    axes.push_back(known);
  }
  std::sort(axes.begin(), axes.end());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end()) return unsupported("names a dimension twice");
  Extents extents;
  if (adds) {
    extents = in.extents;
    for (const uint32_t axis : axes) extents.insert(extents.begin() + axis, 1);
  } else {
    for (uint32_t k = 0; k < in.extents.size(); ++k)
      if (given ? !std::binary_search(axes.begin(), axes.end(), k) : in.extents[k] != 1) extents.push_back(in.extents[k]);
  }
  return under(in, std::move(extents));
}

Result<OnnxTensor> folded_gather(OnnxNode& node, const OnnxTensor& in) {
  TRY(const OnnxTensor* indices, node.constant(1));
  TRY(const uint32_t axis, onnx_axis(node.integer("axis", 0), in.extents.size()));
  std::vector<size_t> places;
  for (const int64_t index : indices->integers) {
    TRY(const uint32_t place, onnx_axis(index, in.extents[axis]));
    places.push_back(place);
  }
  OnnxTensor made{.extents = in.extents, .real = in.real, .floats = {}, .integers = {}};
  made.extents.erase(made.extents.begin() + axis);
  made.extents.insert(made.extents.begin() + axis, indices->extents.begin(), indices->extents.end());
  TRY_DO(check_extents(made.extents));
  const size_t extent = in.extents[axis], inner = inner_of(in.extents, axis);
  made.floats = taken_along(in.floats, extent, inner, places);
  made.integers = taken_along(in.integers, extent, inner, places);
  return made;
}

// Of one dimension, forwards: what exporters take the end of a shape by.
Result<OnnxTensor> folded_slice(OnnxNode& node, const OnnxTensor& in) {
  TRY(const auto starts, node.integers_of("starts", 1));
  TRY(const auto ends, node.integers_of("ends", 2));
  TRY(const auto steps, node.integers_of("steps", 4));
  if (in.extents.size() != 1 || !starts || !ends || starts->size() != 1 || ends->size() != 1 ||
      (steps && *steps != std::vector<int64_t>{1}))
    return unsupported("cuts a constant in a way that is not worked out");
  const int64_t extent = in.extents[0];
  const auto bounded_place = [&](int64_t at) {
    return std::clamp<int64_t>(at < 0 ? std::max(at, -extent) + extent : at, 0, extent);
  };
  std::vector<size_t> places;
  for (int64_t at = bounded_place((*starts)[0]); at < bounded_place((*ends)[0]); ++at) places.push_back(static_cast<size_t>(at));
  OnnxTensor made{.extents = {static_cast<uint32_t>(places.size())}, .real = in.real, .floats = {}, .integers = {}};
  TRY_DO(check_extents(made.extents));
  made.floats = taken_along(in.floats, in.extents[0], 1, places);
  made.integers = taken_along(in.integers, in.extents[0], 1, places);
  return made;
}

// Along the first dimension.
Result<OnnxTensor> folded_concat(OnnxNode& node, const OnnxTensor& first) {
  TRY(const uint32_t axis, onnx_axis(node.integer("axis", 1), first.extents.size()));
  if (axis != 0) return unsupported("joins constants along an inner dimension");
  OnnxTensor made = first;
  for (size_t i = 1; i < node.input_count(); ++i) {
    TRY(const OnnxTensor* next, node.constant(i));
    if (next->real != made.real || next->extents.size() != made.extents.size() ||
        !std::equal(next->extents.begin() + 1, next->extents.end(), made.extents.begin() + 1))
      return unsupported("has inputs of different shapes");
    made.extents[0] += next->extents[0];
    TRY_DO(check_extents(made.extents));
    made.floats.insert(made.floats.end(), next->floats.begin(), next->floats.end());
    made.integers.insert(made.integers.end(), next->integers.begin(), next->integers.end());
  }
  return made;
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

Result<OnnxTensor> folded_transpose(OnnxNode& node, const OnnxTensor& in) {
  if (!in.real) return unsupported("turns integers");
  std::vector<uint32_t> order(in.extents.size());
  std::iota(order.rbegin(), order.rend(), 0u);
  if (node.has("perm")) {
    const std::vector<int64_t> given = node.integers("perm");
    std::vector<int64_t> sorted = given;
    std::sort(sorted.begin(), sorted.end());
    for (size_t k = 0; k < sorted.size(); ++k)
      if (sorted.size() != order.size() || sorted[k] != static_cast<int64_t>(k))
        return unsupported("does not name each dimension");
    if (given.size() != order.size()) return unsupported("does not name each dimension");
    order.assign(given.begin(), given.end());
  }
  OnnxTensor made = in;
  made.floats = permuted(in.floats, in.extents, order);
  made.extents = permuted(in.extents, order);
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

}  // namespace mote
