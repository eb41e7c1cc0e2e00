// Operators that give elements another shape, or another order of dimensions.
#include <algorithm>

#include "quantize/import/onnx/onnx_node.h"

namespace mote::from_onnx {
namespace {

Result<void> give_under(OnnxNode& node, const Extents& extents) {
  TRY(OnnxValue * in, node.activation(0));
  return node.give_reshaped(*in, extents);
}

// The axes that an attribute or input 1 names.
Result<std::vector<uint32_t>> axes_named(const std::vector<int64_t>& given, size_t rank) {
  std::vector<uint32_t> axes;
  for (const int64_t axis : given) {
    TRY(const uint32_t known, onnx_axis(axis, rank));
    axes.push_back(known);
  }
  std::sort(axes.begin(), axes.end());
  if (std::adjacent_find(axes.begin(), axes.end()) != axes.end()) return unsupported("names a dimension twice");
  return axes;
}

}  // namespace

// 0 keeps an extent unless `allowzero`, -1 is what is left.
Result<void> reshape(OnnxNode& node) {
  TRY(const OnnxValue* in, node.activation(0));
  TRY(const auto shape, node.integers_of("shape", 1));
  if (!shape) return unsupported("has no shape");
  TRY(const Extents extents, reshaped_extents(in->extents, *shape, node.integer("allowzero", 0) != 0));
  return give_under(node, extents);
}

Result<void> flatten(OnnxNode& node) {
  TRY(const OnnxValue* in, node.activation(0));
  const int64_t given = node.integer("axis", 1);
  const auto rank = static_cast<int64_t>(in->rank());
  const int64_t axis = given < 0 ? given + rank : given;
  if (axis < 0 || axis > rank) return unsupported("names a dimension that its input does not have");
  const Extents outer(in->extents.begin(), in->extents.begin() + axis), inner(in->extents.begin() + axis, in->extents.end());
  return give_under(node, {static_cast<uint32_t>(count_of(outer)), static_cast<uint32_t>(count_of(inner))});
}

Result<void> squeeze(OnnxNode& node) {
  TRY(const OnnxValue* in, node.activation(0));
  TRY(const auto given, node.integers_of("axes", 1));
  Extents extents;
  std::vector<uint32_t> axes;
  if (given) {
    TRY(axes, axes_named(*given, in->rank()));
  }
  for (uint32_t k = 0; k < in->rank(); ++k) {
    const bool named = given ? std::binary_search(axes.begin(), axes.end(), k) : in->extents[k] == 1;
    if (named && in->extents[k] != 1) return unsupported("takes away a dimension that is not 1");
    if (!named) extents.push_back(in->extents[k]);
  }
  return give_under(node, extents);
}

Result<void> unsqueeze(OnnxNode& node) {
  TRY(const OnnxValue* in, node.activation(0));
  TRY(const auto given, node.integers_of("axes", 1));
  if (!given) return unsupported("has no axes");
  TRY(const std::vector<uint32_t> axes, axes_named(*given, in->rank() + given->size()));
  Extents extents = in->extents;
  for (const uint32_t axis : axes) extents.insert(extents.begin() + axis, 1);
  return give_under(node, extents);
}

// Nothing moves where the result has the order of what is there already.
Result<void> transpose(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  const size_t rank = in->rank();
  std::vector<int64_t> given;
  for (size_t k = rank; k-- > 0;) given.push_back(static_cast<int64_t>(k));
  given = node.integers("perm", given);
  TRY(const std::vector<uint32_t> sorted, axes_named(given, rank));
  if (sorted.size() != rank) return unsupported("does not name each dimension");
  const std::vector<uint32_t> order(given.begin(), given.end());
  const Extents extents = permuted(in->extents, order);
  OnnxValue made{.extents = extents, .constant = {}};
  const bool spatial = rank == 3 || rank == 4;
  std::vector<uint32_t> moved;  // for each dimension of the result, plain, where it is in what is there
  const Order from = node.order_of(*in);
  for (const uint32_t axis : order) moved.push_back(axis_in(from, axis, rank));
  const std::vector<uint32_t> last = spatial ? permuted(moved, channels_last_axes(rank)) : moved;
  if (spatial && std::is_sorted(last.begin(), last.end())) {
    made.channels_last = node.in_order(*in, from);
  } else {
    made.plain = node.transposed(node.in_order(*in, from), moved);
  }
  node.give(std::move(made));
  return {};
}

}  // namespace mote::from_onnx
