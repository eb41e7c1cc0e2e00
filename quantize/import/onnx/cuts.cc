// Operators that join tensors, and that cut parts out of one.
#include <algorithm>

#include "quantize/import/onnx/onnx_node.h"

namespace mote::from_onnx {
namespace {

constexpr int kConcat = 2, kGatherCode = 36, kStridedSlice = 45, kSplitInto = 102;

// Where a slice of one dimension begins, and how many elements it has.
struct Cut {
  int64_t begin = 0, step = 1, count = 1;
};

Result<Cut> cut_of(int64_t begin, int64_t end, int64_t step, int64_t extent) {
  if (step == 0 || step > INT32_MAX || step < -INT32_MAX) return unsupported("has a step of 0");
  if (begin < 0) begin = std::max<int64_t>(begin, -extent) + extent;
  if (end < 0) end = std::max<int64_t>(end, -extent - 1) + extent;
  begin = step > 0 ? std::clamp<int64_t>(begin, 0, extent) : std::clamp<int64_t>(begin, 0, extent - 1);
  end = step > 0 ? std::clamp<int64_t>(end, 0, extent) : std::clamp<int64_t>(end, -1, extent - 1);
  const int64_t count = step > 0 ? (end - begin + step - 1) / step : (begin - end - step - 1) / -step;
  if (count < 1) return unsupported("has a slice that is empty");
  return Cut{.begin = begin, .step = step, .count = count};
}

// STRIDED_SLICE with an element per dimension of the order; a backward slice to the first element has no end to be written.
void draft_cuts(OnnxNode& node, int32_t from, int32_t to, const std::vector<Cut>& cuts) {
  std::vector<int32_t> begin, end, step;
  tflite::StridedSliceOptionsT options;
  for (size_t k = 0; k < cuts.size(); ++k) {
    const int64_t last = cuts[k].begin + (cuts[k].count - 1) * cuts[k].step + (cuts[k].step > 0 ? 1 : -1);
    begin.push_back(static_cast<int32_t>(cuts[k].begin));
    end.push_back(static_cast<int32_t>(last));
    step.push_back(static_cast<int32_t>(cuts[k].step));
    if (last < 0) options.end_mask |= 1 << k;
  }
  FloatDraft& draft = node.draft();
  draft.node(kStridedSlice, {from, draft.integers(begin), draft.integers(end), draft.integers(step)}, {to}, options);
}

}  // namespace

Result<void> concat(OnnxNode& node) {
  TRY(const OnnxValue* first, node.value(0));
  TRY(const uint32_t axis, onnx_axis(node.integer("axis", 1), first->rank()));
  Extents extents = first->extents;
  Order order = Order::plain;
  extents[axis] = 0;
  for (size_t i = 0; i < node.input_count(); ++i) {
    TRY(const OnnxValue* in, node.value(i));
    if (in->rank() != extents.size()) return unsupported("has inputs of different dimensions");
    for (uint32_t k = 0; k < extents.size(); ++k)
      if (k != axis && in->extents[k] != extents[k]) return unsupported("has inputs of different shapes");
    if (in->constant && !in->constant->real) return unsupported("has an input of no reals");
    if (!in->constant && node.order_of(*in) == Order::channels_last) order = Order::channels_last;
    extents[axis] += in->extents[axis];
    TRY_DO(check_extents(extents));
  }
  std::vector<int32_t> parts;
  for (size_t i = 0; i < node.input_count(); ++i) parts.push_back(node.in_order(**node.value(i), order));
  tflite::ConcatenationOptionsT options;
  options.axis = static_cast<int32_t>(axis_in(order, axis, extents.size()));
  TRY(const int32_t result, node.give_tensor(extents, order));
  node.draft().node(kConcat, parts, {result}, options);
  return {};
}

// Sizes are an attribute before opset 13 and an input since then; without any the parts are alike, the last one may be smaller.
Result<void> split(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const uint32_t axis, onnx_axis(node.integer("axis", 0), in->rank()));
  TRY(auto sizes, node.integers_of("split", 1));
  const auto extent = static_cast<int64_t>(in->extents[axis]), parts = static_cast<int64_t>(node.output_count());
  if (!sizes) {
    const int64_t each = (extent + parts - 1) / parts;
    sizes = std::vector<int64_t>(static_cast<size_t>(parts), each);
    sizes->back() = extent - each * (parts - 1);
  }
  if (sizes->size() != node.output_count()) return unsupported("has another number of outputs than of parts");
  const Order order = node.order_of(*in);
  std::vector<int32_t> counts, results;
  int64_t all = 0;
  for (size_t i = 0; i < sizes->size(); ++i) {
    const int64_t size = (*sizes)[i];
    if (size < 1 || size > extent) return unsupported("has parts outside its input");
    all += size;
    Extents extents = in->extents;
    extents[axis] = static_cast<uint32_t>(size);
    counts.push_back(static_cast<int32_t>(size));
    TRY(const int32_t result, node.give_tensor(extents, order, i));
    results.push_back(result);
  }
  if (all != extent) return unsupported("has parts that are not its input together");
  const std::vector<int32_t> along = {static_cast<int32_t>(axis_in(order, axis, in->rank()))};
  node.draft().node(kSplitInto, {node.in_order(*in, order), node.draft().integers(counts), node.draft().integers(along)},
                    results);
  return {};
}

// Bounds are attributes before opset 10 and inputs since then.
Result<void> slice(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const auto starts, node.integers_of("starts", 1));
  TRY(const auto ends, node.integers_of("ends", 2));
  TRY(auto axes, node.integers_of("axes", 3));
  TRY(auto steps, node.integers_of("steps", 4));
  if (!starts || !ends) return unsupported("has no bounds");
  if (!steps) steps = std::vector<int64_t>(starts->size(), 1);
  if (!axes) {
    axes.emplace();
    for (size_t k = 0; k < starts->size(); ++k) axes->push_back(static_cast<int64_t>(k));
  }
  if (ends->size() != starts->size() || axes->size() != starts->size() || steps->size() != starts->size())
    return unsupported("has another number of bounds than of dimensions");
  const Order order = node.order_of(*in);
  Extents extents = in->extents;
  std::vector<Cut> cuts;
  for (const uint32_t extent : extents_in(order, extents)) cuts.push_back({.count = extent});
  for (size_t i = 0; i < starts->size(); ++i) {
    TRY(const uint32_t axis, onnx_axis((*axes)[i], in->rank()));
    TRY(const Cut cut, cut_of((*starts)[i], (*ends)[i], (*steps)[i], in->extents[axis]));
    cuts[axis_in(order, axis, in->rank())] = cut;
    extents[axis] = static_cast<uint32_t>(cut.count);
  }
  const int32_t from = node.in_order(*in, order);
  TRY(const int32_t to, node.give_tensor(extents, order));
  draft_cuts(node, from, to, cuts);
  return {};
}

// By constant indices, along one dimension.
Result<void> gather(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const OnnxTensor* indices, node.constant(1));
  TRY(const uint32_t axis, onnx_axis(node.integer("axis", 0), in->rank()));
  std::vector<int32_t> places;
  for (const int64_t index : indices->integers) {
    TRY(const uint32_t place, onnx_axis(index, in->extents[axis]));
    places.push_back(static_cast<int32_t>(place));
  }
  if (places.empty()) return unsupported("has no indices");
  Extents extents = in->extents;
  extents.erase(extents.begin() + axis);
  extents.insert(extents.begin() + axis, indices->extents.begin(), indices->extents.end());
  tflite::GatherOptionsT options;
  options.axis = static_cast<int32_t>(axis);
  const int32_t from = node.plain(*in);
  Extents row = in->extents;
  row[axis] = static_cast<uint32_t>(places.size());
  TRY_DO(check_extents(row));
  const int32_t taken = node.between(row);
  node.draft().node(kGatherCode, {from, node.draft().integers(places)}, {taken}, options);
  OnnxValue made{.extents = extents, .constant = {}};
  made.plain = node.reshaped(taken, extents);
  node.give(std::move(made));
  return {};
}

}  // namespace mote::from_onnx
