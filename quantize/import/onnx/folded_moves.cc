// What moves the elements of constants.
#include <algorithm>
#include <functional>
#include <numeric>

#include "quantize/import/onnx/folding.h"

namespace mote {
namespace {

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

Result<OnnxTensor> under(OnnxTensor tensor, Extents extents) {
  if (count_of(extents) != tensor.count()) return unsupported("has an output of another number of elements");
  tensor.extents = std::move(extents);
  return tensor;
}

}  // namespace

size_t inner_of(const Extents& extents, size_t axis) {
  return std::accumulate(extents.begin() + static_cast<std::ptrdiff_t>(axis) + 1, extents.end(), size_t{1}, std::multiplies<>());
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

}  // namespace mote
