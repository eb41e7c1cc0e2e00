// Operators on several inputs, element by element, with broadcasting.
#include "quantize/import/onnx/pairs.h"

#include <algorithm>

#include "quantize/import/onnx/sums.h"

namespace mote::from_onnx {
namespace {

constexpr int kPreluCode = 54;

// A value with dimensions of 1 in front, until it has `rank` of them.
OnnxValue widened(OnnxNode& node, OnnxValue& value, size_t rank) {
  if (value.rank() == rank) return value;
  OnnxValue wide{.extents = value.extents, .constant = value.constant};
  wide.extents.insert(wide.extents.begin(), rank - value.rank(), 1);
  if (value.constant) {
    wide.constant->extents = wide.extents;
  } else {
    wide.plain = node.reshaped(node.plain(value), wide.extents);
  }
  return wide;
}

// A value whose first dimension is `axis` of the other operand, as broadcasting was before opset 7.
Result<OnnxValue> from_axis(OnnxNode& node, OnnxValue& value, size_t rank) {
  TRY(const uint32_t axis, onnx_axis(node.integer("axis", 0), rank));
  if (axis + value.rank() > rank) return unsupported("has inputs that do not broadcast to each other");
  OnnxValue wide{.extents = value.extents, .constant = value.constant};
  wide.extents.resize(rank - axis, 1);
  if (value.constant) {
    wide.constant->extents = wide.extents;
  } else {
    wide.plain = node.reshaped(node.plain(value), wide.extents);
  }
  return wide;
}

// Constants that are not reals take no part in float arithmetic.
Result<OnnxValue*> operand(OnnxNode& node, size_t place) {
  TRY(OnnxValue * found, node.value(place));
  if (found->constant && !found->constant->real) return unsupported("has an operand of no reals");
  return found;
}

void draft_pair(OnnxNode& node, int code, int32_t left, int32_t right, int32_t result) {
  switch (code) {
    case kAdd:
      return node.draft().node(code, {left, right}, {result}, tflite::AddOptionsT());
    case kSub:
      return node.draft().node(code, {left, right}, {result}, tflite::SubOptionsT());
    case kMul:
    case kDiv:
      return node.draft().node(code, {left, right}, {result}, tflite::MulOptionsT());
    default:
      return node.draft().node(code, {left, right}, {result});
  }
}

// The order in which both lie best: that of an operand as large as the result that has its channels last.
Order order_for(const OnnxValue& left, const OnnxValue& right, const Extents& out) {
  const auto leads = [&](const OnnxValue& value) {
    return value.channels_last != kNowhere && !value.constant && value.extents == out;
  };
  return leads(left) || leads(right) ? Order::channels_last : Order::plain;
}

// The one dimension of the result along which a constant differs, and its numbers; nothing when there are several.
bool along_one(const OnnxValue& constant, const Extents& out, size_t* axis) {
  for (size_t k = 0; k < constant.rank(); ++k)
    if (constant.extents[k] != 1) {
      if (constant.extents[k] != constant.constant->count()) return false;
      *axis = out.size() - constant.rank() + k;
    }
  return true;
}

// An operator on a sum and a constant per channel goes into the sum's weights.
bool folded_pair(OnnxNode& node, int code) {
  for (const size_t place : {size_t{1}, size_t{0}}) {
    if (!node.is_constant(place) || node.is_constant(1 - place) || (place == 0 && (code == kSub || code == kDiv))) continue;
    const OnnxValue& value = **node.value(1 - place);
    const OnnxValue& constant = **node.value(place);
    const Result<Extents> out = broadcast(value.extents, constant.extents);
    size_t axis = 1;
    if (!out.ok() || *out != value.extents || !along_one(constant, *out, &axis)) return false;
    std::vector<float> by = constant.constant->floats;
    if (code == kAdd) return fold_into_sum(node, 1 - place, axis, {1}, by);
    if (code == kSub) {
      for (float& number : by) number = -number;
      return fold_into_sum(node, 1 - place, axis, {1}, by);
    }
    if (code == kDiv)
      for (float& number : by) number = 1 / number;
    return (code == kMul || code == kDiv) && fold_into_sum(node, 1 - place, axis, by, {0});
  }
  return false;
}

template <int code>
Result<void> pair(OnnxNode& node) {
  if (node.input_count() != 2) return unsupported("has " + std::to_string(node.input_count()) + " inputs");
  TRY(OnnxValue * left, operand(node, 0));
  TRY(OnnxValue * right, operand(node, 1));
  if (left->constant && right->constant) return unsupported("has constants only");
  OnnxValue along_axis{.extents = {}, .constant = {}};
  if (node.opset() < 7 && node.has("axis")) {
    TRY(along_axis, from_axis(node, *right, left->rank()));
    right = &along_axis;
  } else if (folded_pair(node, code)) {
    return {};
  }
  TRY(OnnxValue made, pair_of(node, code, *left, *right));
  node.give(std::move(made));
  return {};
}

// Of any number of inputs, one after the other.
template <int code>
Result<void> chain(OnnxNode& node) {
  TRY(OnnxValue * first, operand(node, 0));
  OnnxValue made = *first;
  for (size_t i = 1; i < node.input_count(); ++i) {
    TRY(OnnxValue * next, operand(node, i));
    if (made.constant && next->constant) return unsupported("has constants only");
    TRY(made, pair_of(node, code, made, *next));
  }
  node.give(std::move(made));
  return {};
}

}  // namespace

Result<OnnxValue> pair_of(OnnxNode& node, int code, OnnxValue& left, OnnxValue& right) {
  TRY(const Extents out, broadcast(left.extents, right.extents));
  TRY_DO(check_extents(out));
  OnnxValue made{.extents = out, .constant = {}};
  const auto single = [&](const OnnxValue& value) { return value.constant && value.constant->count() == 1; };
  // A single constant meets the elements of a flat value as they lie.
  if (left.flat != kNowhere && single(right) && out == left.extents) {
    made.flat = node.draft().tensor(out, node.output_name());
    made.channels = left.channels;
    draft_pair(node, code, left.flat, node.draft().floats({}, right.constant->floats, ""), made.flat);
    return made;
  }
  const Order order = order_for(left, right, out);
  OnnxValue first = widened(node, left, out.size()), second = widened(node, right, out.size());
  const int32_t a = node.in_order(first, order), b = node.in_order(second, order);
  const int32_t result = node.draft().tensor(extents_in(order, out), node.output_name());
  (order == Order::plain ? made.plain : made.channels_last) = result;
  draft_pair(node, code, a, b, result);
  return made;
}

Result<OnnxValue> with_number(OnnxNode& node, int code, OnnxValue& value, float number) {
  OnnxValue constant{.extents = {}, .constant = OnnxTensor{.extents = {}, .real = true, .floats = {number}, .integers = {}}};
  return pair_of(node, code, value, constant);
}

Result<void> add(OnnxNode& node) { return pair<kAdd>(node); }
Result<void> sub(OnnxNode& node) { return pair<kSub>(node); }
Result<void> mul(OnnxNode& node) { return pair<kMul>(node); }
Result<void> div(OnnxNode& node) { return pair<kDiv>(node); }
Result<void> sum(OnnxNode& node) { return chain<kAdd>(node); }
Result<void> minimum(OnnxNode& node) { return chain<kMinimum>(node); }
Result<void> maximum(OnnxNode& node) { return chain<kMaximum>(node); }

Result<void> prelu(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const std::vector<float> slopes, node.reals(1));
  OnnxValue& slope = **node.value(1);
  if (slope.rank() > in->rank()) return unsupported("has slopes of more dimensions than its input");
  // Slopes per channel repeat over an input with its channels last.
  const bool can_turn = in->rank() == 3 || in->rank() == 4;
  size_t axis = 0;
  const Order order = can_turn && along_one(slope, in->extents, &axis) && axis == 1 ? Order::channels_last : node.order_of(*in);
  OnnxValue wide = widened(node, slope, in->rank());
  const int32_t x = node.in_order(*in, order), by = node.in_order(wide, order);
  TRY(const int32_t result, node.give_tensor(in->extents, order));
  node.draft().node(kPreluCode, {x, by}, {result});
  return {};
}

}  // namespace mote::from_onnx
