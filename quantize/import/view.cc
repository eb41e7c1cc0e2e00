// Views as strided_copy, strided_place and fill.
#include "quantize/import/view.h"

#include <algorithm>
#include <numeric>
#include <optional>

namespace mote {
namespace {

constexpr size_t kMostStrided = 4;       // dimensions of a strided walk
constexpr size_t kMostPermutations = 7;  // dimensions of which every order is tried

Node strided(Op op, std::vector<ValueId> inputs, ValueId output, const View& merged) {
  Node node{.op = op, .inputs = std::move(inputs), .output = output};
  std::fill_n(node.numbers.begin(), kMostStrided, 1);
  const size_t missing = kMostStrided - merged.extents.size();
  for (size_t k = 0; k < merged.extents.size(); ++k) {
    const size_t at = missing + k;
    if (at + 1 < kMostStrided) node.numbers[attribute::kStridedExtent + at] = static_cast<int32_t>(merged.extents[k]);
    node.numbers[attribute::kStridedStride + at] = static_cast<int32_t>(merged.strides[k]);
  }
  for (size_t at = 0; at < missing; ++at) node.numbers[attribute::kStridedStride + at] = 0;
  node.numbers[attribute::kStridedOffset] = static_cast<int32_t>(merged.offset);
  return node;
}

bool is_walk(const View& view) { return view.merged().extents.size() <= kMostStrided; }

// Two walks that do together what one cannot: the first, and the second over what the first makes.
std::optional<std::pair<View, View>> in_two(const View& merged) {
  std::vector<uint32_t> order(merged.extents.size());
  std::iota(order.begin(), order.end(), 0u);
  if (order.size() > kMostPermutations) return std::nullopt;
  do {
    const View first = merged.permuted(order);
    std::vector<uint32_t> back(order.size());
    for (uint32_t k = 0; k < order.size(); ++k) back[order[k]] = k;
    const View second = View::of(first.extents).permuted(back);
    if (is_walk(first) && is_walk(second)) return std::pair(first, second);
  } while (std::next_permutation(order.begin(), order.end()));
  return std::nullopt;
}

// Adds the copies of `view` of `from` into `to`.
Result<void> copy(TfliteNode& node, ValueId from, const View& view, ValueId to) {
  const View merged = view.merged();
  if (merged.extents.size() <= kMostStrided) return node.add(strided(Op::strided_copy, {from}, to, merged));
  const auto both = in_two(merged);
  if (!both) return unsupported("moves its elements in a way that takes more than two copies");
  const Value like = node.graph().values[to];
  const ValueId between = node.temporary(like.shape, like.type, like.quantization);
  TRY_DO(node.add(strided(Op::strided_copy, {from}, between, both->first.merged())));
  return node.add(strided(Op::strided_copy, {between}, to, both->second.merged()));
}

bool is_whole(const View& view, uint64_t count) {
  const View merged = view.merged();
  return merged.offset == 0 && count_of(merged.extents) == count &&
         (merged.extents.empty() || (merged.extents.size() == 1 && merged.strides[0] == 1));
}

}  // namespace

View View::of(const Extents& extents) {
  View view{extents, std::vector<int64_t>(extents.size()), 0};
  int64_t stride = 1;
  for (size_t k = extents.size(); k-- > 0;) {
    view.strides[k] = stride;
    stride *= extents[k];
  }
  return view;
}

View View::permuted(const std::vector<uint32_t>& order) const {
  View view{{}, {}, offset};
  for (const uint32_t axis : order) {
    view.extents.push_back(extents[axis]);
    view.strides.push_back(strides[axis]);
  }
  return view;
}

View View::sliced(uint32_t axis, int64_t begin, int64_t step, uint32_t count) const {
  View view = *this;
  view.offset += begin * strides[axis];
  view.strides[axis] *= step;
  view.extents[axis] = count;
  return view;
}

View View::divided(uint32_t axis, uint32_t inner) const {
  View view = *this;
  view.extents[axis] /= inner;
  view.strides[axis] *= inner;
  view.extents.insert(view.extents.begin() + axis + 1, inner);
  view.strides.insert(view.strides.begin() + axis + 1, strides[axis]);
  return view;
}

View View::merged() const {
  View view{{}, {}, offset};
  for (size_t k = 0; k < extents.size(); ++k) {
    if (extents[k] == 1) continue;
    if (!view.extents.empty() && view.strides.back() == strides[k] * int64_t{extents[k]}) {
      view.extents.back() *= extents[k];
      view.strides.back() = strides[k];
    } else {
      view.extents.push_back(extents[k]);
      view.strides.push_back(strides[k]);
    }
  }
  return view;
}

Result<uint32_t> axis_of(int64_t axis, size_t rank) {
  if (axis < 0) axis += static_cast<int64_t>(rank);
  if (axis < 0 || axis >= static_cast<int64_t>(rank)) return unsupported("names a dimension that its input does not have");
  return static_cast<uint32_t>(axis);
}

Result<void> move(TfliteNode& node, ValueId from, const View& view, uint32_t place) {
  if (is_whole(view, count_of(node.shape_of(from)))) return node.alias(place, from);
  TRY(const ValueId to, node.output(place));
  if (node.graph().values[to].type != node.graph().values[from].type) return unsupported("changes the type of its elements");
  if (count_of(node.shape_of(to)) != count_of(view.extents)) return unsupported("has an output of another shape than it makes");
  return copy(node, from, view, to);
}

Result<ValueId> copied(TfliteNode& node, ValueId from, const View& view, const Shape& shape) {
  if (is_whole(view, count_of(node.shape_of(from)))) return from;
  const Value like = node.graph().values[from];
  const ValueId to = node.temporary(shape, like.type, like.quantization);
  TRY_DO(copy(node, from, view, to));
  return to;
}

Result<ValueId> placed(TfliteNode& node, ValueId base, ValueId part, const View& view, bool last) {
  const View merged = view.merged();
  if (merged.extents.size() > kMostStrided) return unsupported("has a part of too many dimensions");
  if (count_of(merged.extents) != count_of(node.shape_of(part))) return unsupported("has a part of another shape than its place");
  const Value like = node.graph().values[base];
  if (node.graph().values[part].type != like.type) return unsupported("changes the type of its elements");
  ValueId to = kNoValue;
  if (last) {
    TRY(to, node.output());
  } else {
    to = node.temporary(like.shape, like.type, like.quantization);
  }
  TRY_DO(node.add(strided(Op::strided_place, {base, part}, to, merged)));
  return to;
}

Result<ValueId> filled(TfliteNode& node, int32_t value, bool last) {
  Node fill{.op = Op::fill};
  fill.numbers[attribute::kFillValue] = value;
  if (last) {
    TRY(fill.output, node.output());
  } else {
    if (node.output_tensor() == nullptr) return unsupported("has too few outputs");
    TRY(Value like, activation_of(*node.output_tensor()));
    fill.output = node.temporary(like.shape, like.type, like.quantization);
  }
  const ValueId to = fill.output;
  TRY_DO(node.add(std::move(fill)));
  return to;
}

}  // namespace mote
