// Operators along dimensions: reductions, global pools, Softmax, LogSoftmax.
#include <algorithm>
#include <numeric>

#include "quantize/import/onnx/onnx_node.h"

namespace mote::from_onnx {
namespace {

constexpr int kMean = 40, kSumCode = 74, kReduceMax = 82, kReduceMin = 89;
constexpr int kSoftmax = 25, kExp = 47, kLog = 73, kSubCode = 41;

// `code` over `axes` of the node's input, whose result has them as 1 or not at all.
Result<void> reduce(OnnxNode& node, OnnxValue& in, int code, const std::vector<uint32_t>& axes, bool keeps) {
  const auto named = [&](uint32_t axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); };
  Extents kept = in.extents, left;
  for (uint32_t k = 0; k < in.rank(); ++k) {
    if (named(k)) kept[k] = 1;
    if (!named(k)) left.push_back(in.extents[k]);
  }
  const Order order = node.order_of(in);
  std::vector<int32_t> along;
  for (const uint32_t axis : axes) along.push_back(static_cast<int32_t>(axis_in(order, axis, in.rank())));
  const int32_t from = node.in_order(in, order);
  OnnxValue made{.extents = kept, .constant = {}};
  const int32_t result = node.draft().tensor(extents_in(order, kept), node.output_name());
  (order == Order::plain ? made.plain : made.channels_last) = result;
  node.draft().node(code, {from, node.draft().integers(along)}, {result});
  if (!keeps) {
    OnnxValue bare{.extents = left, .constant = {}};
    bare.plain = node.reshaped(node.plain(made), left);
    made = bare;
  }
  node.give(std::move(made));
  return {};
}

template <int code>
Result<void> reduction(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const auto given, node.integers_of("axes", 1));
  if ((!given || given->empty()) && node.integer("noop_with_empty_axes", 0) != 0) return node.give_reshaped(*in, in->extents);
  std::vector<uint32_t> axes(given && !given->empty() ? 0 : in->rank());
  std::iota(axes.begin(), axes.end(), 0u);
  if (given)
    for (const int64_t axis : *given) {
      TRY(const uint32_t known, onnx_axis(axis, in->rank()));
      axes.push_back(known);
    }
  return reduce(node, *in, code, axes, node.integer("keepdims", 1) != 0);
}

template <int code>
Result<void> global_pool(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  if (in->rank() < 3) return unsupported("has an input of " + std::to_string(in->rank()) + " dimensions");
  std::vector<uint32_t> axes(in->rank() - 2);
  std::iota(axes.begin(), axes.end(), 2u);
  return reduce(node, *in, code, axes, true);
}

// An input as rows: Softmax works along the last dimension of `rows`, and `back` is how that becomes the result again.
struct Rows {
  int32_t tensor = kNowhere;
  Extents extents;              // of tensor
  std::vector<uint32_t> order;  // of the result's dimensions in `extents`; empty when they are a reshape of it
  Order held = Order::plain;
};

// Before opset 13, all dimensions from the axis on are one.
Result<Rows> rows_of(OnnxNode& node, OnnxValue& in) {
  TRY(const uint32_t axis, onnx_axis(node.integer("axis", node.opset() < 13 ? 1 : -1), in.rank()));
  Rows rows{.held = node.order_of(in)};
  if (node.opset() < 13) {
    const Extents outer(in.extents.begin(), in.extents.begin() + axis), inner(in.extents.begin() + axis, in.extents.end());
    const bool single = count_of(inner) == in.extents[axis];
    if (!single || rows.held == Order::plain) {
      rows.held = Order::plain;
      rows.extents = {static_cast<uint32_t>(count_of(outer)), static_cast<uint32_t>(count_of(inner))};
      rows.tensor = node.reshaped(node.plain(in), rows.extents);
      return rows;
    }
  }
  rows.tensor = node.in_order(in, rows.held);
  const uint32_t at = axis_in(rows.held, axis, in.rank());
  if (at + 1 != in.rank()) {
    std::vector<uint32_t> order(in.rank());
    std::iota(order.begin(), order.end(), 0u);
    std::rotate(order.begin() + at, order.begin() + at + 1, order.end());
    rows.tensor = node.transposed(rows.tensor, order);
    rows.order.resize(in.rank());
    for (uint32_t k = 0; k < order.size(); ++k) rows.order[order[k]] = k;
  }
  rows.extents = node.draft().extents_of(rows.tensor);
  return rows;
}

void give_rows(OnnxNode& node, const OnnxValue& in, const Rows& rows, int32_t result) {
  OnnxValue made{.extents = in.extents, .constant = {}};
  if (!rows.order.empty()) result = node.transposed(result, rows.order);
  (rows.held == Order::plain ? made.plain : made.channels_last) = node.reshaped(result, extents_in(rows.held, in.extents));
  node.give(std::move(made));
}

}  // namespace

Result<void> reduce_mean(OnnxNode& node) { return reduction<kMean>(node); }
Result<void> reduce_sum(OnnxNode& node) { return reduction<kSumCode>(node); }
Result<void> reduce_max(OnnxNode& node) { return reduction<kReduceMax>(node); }
Result<void> reduce_min(OnnxNode& node) { return reduction<kReduceMin>(node); }
Result<void> global_average_pool(OnnxNode& node) { return global_pool<kMean>(node); }
Result<void> global_max_pool(OnnxNode& node) { return global_pool<kReduceMax>(node); }

Result<void> softmax(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const Rows rows, rows_of(node, *in));
  const int32_t result = node.draft().tensor(rows.extents, node.output_name());
  tflite::SoftmaxOptionsT options;
  options.beta = 1;
  node.draft().node(kSoftmax, {rows.tensor}, {result}, options);
  give_rows(node, *in, rows, result);
  return {};
}

// d - log(sum(exp(d))), where d is the distance to the largest.
Result<void> log_softmax(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const Rows rows, rows_of(node, *in));
  Extents one = rows.extents;
  one.back() = 1;
  FloatDraft& draft = node.draft();
  const std::vector<int32_t> last = {static_cast<int32_t>(rows.extents.size()) - 1};
  const int32_t largest = node.between(one), distance = node.between(rows.extents), power = node.between(rows.extents),
                total = node.between(one), logarithm = node.between(one), result = draft.tensor(rows.extents, node.output_name());
  draft.node(kReduceMax, {rows.tensor, draft.integers(last)}, {largest});
  draft.node(kSubCode, {rows.tensor, largest}, {distance}, tflite::SubOptionsT());
  draft.node(kExp, {distance}, {power});
  draft.node(kSumCode, {power, draft.integers(last)}, {total});
  draft.node(kLog, {total}, {logarithm});
  draft.node(kSubCode, {distance, logarithm}, {result}, tflite::SubOptionsT());
  give_rows(node, *in, rows, result);
  return {};
}

}  // namespace mote::from_onnx
