// Operators that give elements another shape or another place.
#include <algorithm>
#include <cmath>

#include "quantize/import/onnx/onnx_node.h"

namespace mote::from_onnx {
namespace {

constexpr int kConcat = 2, kGatherCode = 36, kStridedSlice = 45, kPad2 = 60, kMirrorPad = 100, kSplitInto = 102;

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

// Whose index every output index of a dimension takes under "nearest" (Resize).
Result<std::vector<int32_t>> nearest_places(const OnnxNode& node, uint32_t in, uint32_t out, double scale) {
  const std::string where = node.text("coordinate_transformation_mode", node.opset() < 11 ? "asymmetric" : "half_pixel");
  const std::string rounding = node.text("nearest_mode", node.opset() < 11 ? "floor" : "round_prefer_floor");
  std::vector<int32_t> places;
  for (uint32_t i = 0; i < out; ++i) {
    double x = 0;
    if (where == "asymmetric")
      x = i / scale;
    else if (where == "half_pixel" || where == "pytorch_half_pixel")
      x = where == "pytorch_half_pixel" && out == 1 ? 0 : (i + 0.5) / scale - 0.5;
    else if (where == "align_corners")
      x = out == 1 ? 0 : static_cast<double>(i) * (in - 1) / (out - 1);
    else
      return unsupported("has coordinates that are '" + where + "'");
    const double place = rounding == "floor"               ? std::floor(x)
                         : rounding == "ceil"              ? std::ceil(x)
                         : rounding == "round_prefer_ceil" ? std::floor(x + 0.5)
                                                           : std::ceil(x - 0.5);
    places.push_back(static_cast<int32_t>(std::clamp<double>(place, 0, in - 1)));
  }
  return places;
}

struct Sizes {
  Extents extents;
  std::vector<double> scales;
};

// Scales are input 1 up to opset 10, input 2 since then; sizes are input 3.
Result<Sizes> sizes_of(OnnxNode& node, const Extents& in) {
  Sizes sizes;
  if (node.has_input(3)) {
    TRY(const OnnxTensor* given, node.constant(3));
    for (size_t k = 0; k < in.size() && k < given->integers.size(); ++k) {
      if (given->integers[k] < 1 || given->integers[k] > static_cast<int64_t>(kMostElements))
        return unsupported("has an output that is empty or too large");
      sizes.extents.push_back(static_cast<uint32_t>(given->integers[k]));
      sizes.scales.push_back(static_cast<double>(given->integers[k]) / in[k]);
    }
  } else {
    std::vector<float> given = node.has("scales") ? node.reals_of("scales") : std::vector<float>();
    if (given.empty()) {
      TRY(given, node.reals(node.opset() < 11 ? 1 : 2));
    }
    for (size_t k = 0; k < in.size() && k < given.size(); ++k) {
      const double extent = std::floor(static_cast<double>(in[k]) * static_cast<double>(given[k]));
      if (!(extent >= 1) || extent > static_cast<double>(kMostElements))
        return unsupported("has an output that is empty or too large");
      sizes.extents.push_back(static_cast<uint32_t>(extent));
      sizes.scales.push_back(static_cast<double>(given[k]));
    }
  }
  if (sizes.extents.size() != in.size()) return unsupported("has another number of sizes than of dimensions");
  return sizes;
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

// Pads are an attribute before opset 11 and an input since then.
Result<void> pad(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const auto pads, node.integers_of("pads", 1));
  const std::string mode = node.text("mode", "constant");
  if (mode != "constant" && mode != "reflect") return unsupported("pads by '" + mode + "'");
  float value = node.real("value", 0);
  if (node.has_input(2)) {
    TRY(value, node.one_real(2));
  }
  std::vector<uint32_t> axes;
  if (node.has_input(3)) {
    TRY(const OnnxTensor* given, node.constant(3));
    for (const int64_t axis : given->integers) {
      TRY(const uint32_t known, onnx_axis(axis, in->rank()));
      axes.push_back(known);
    }
  } else {
    for (uint32_t k = 0; k < in->rank(); ++k) axes.push_back(k);
  }
  if (!pads || pads->size() != 2 * axes.size()) return unsupported("has another number of pads than of dimensions");
  const Order order = node.order_of(*in);
  std::vector<int32_t> margins(2 * in->rank());
  Extents extents = in->extents;
  for (size_t i = 0; i < axes.size(); ++i) {
    const int64_t before = (*pads)[i], after = (*pads)[axes.size() + i];
    if (before < 0 || after < 0 || before > 65535 || after > 65535) return unsupported("has negative pads, or too many");
    const size_t at = axis_in(order, axes[i], in->rank());
    margins[2 * at] = static_cast<int32_t>(before);
    margins[2 * at + 1] = static_cast<int32_t>(after);
    extents[axes[i]] = in->extents[axes[i]] + static_cast<uint32_t>(before + after);
  }
  const int32_t from = node.in_order(*in, order);
  FloatDraft& draft = node.draft();
  const int32_t pairs = draft.integers(margins, {static_cast<int32_t>(in->rank()), 2});
  TRY(const int32_t to, node.give_tensor(extents, order));
  if (mode == "reflect")
    draft.node(kMirrorPad, {from, pairs}, {to}, tflite::MirrorPadOptionsT());
  else
    draft.node(kPad2, {from, pairs, draft.floats({}, std::vector<float>{value}, "")}, {to});
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

// To the nearest place, as a gather along each dimension that changes.
Result<void> resize(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  if (node.text("mode", "nearest") != "nearest") return unsupported("resizes by '" + node.text("mode", "") + "'");
  if (node.has("axes") || node.text("keep_aspect_ratio_policy", "stretch") != "stretch")
    return unsupported("names axes, or keeps the aspect ratio");
  TRY(const Sizes sizes, sizes_of(node, in->extents));
  const Order order = node.order_of(*in);
  int32_t tensor = node.in_order(*in, order);
  OnnxValue made{.extents = sizes.extents, .constant = {}};
  TRY_DO(check_extents(made.extents));
  for (uint32_t axis = 0; axis < in->rank(); ++axis) {
    if (sizes.extents[axis] == in->extents[axis]) continue;
    TRY(const std::vector<int32_t> places, nearest_places(node, in->extents[axis], sizes.extents[axis], sizes.scales[axis]));
    tflite::GatherOptionsT options;
    options.axis = static_cast<int32_t>(axis_in(order, axis, in->rank()));
    Extents extents = node.draft().extents_of(tensor);
    extents[axis_in(order, axis, in->rank())] = sizes.extents[axis];
    const int32_t to = node.between(extents);
    node.draft().node(kGatherCode, {tensor, node.draft().integers(places)}, {to}, options);
    tensor = to;
  }
  (order == Order::plain ? made.plain : made.channels_last) = tensor;
  node.give(std::move(made));
  return {};
}

}  // namespace mote::from_onnx
