// Operators on each element: of one input, and of several with broadcasting.
#include <algorithm>
#include <cmath>
#include <limits>

#include "quantize/import/onnx/sums.h"

namespace mote::from_onnx {
namespace {

constexpr int kAdd = 0, kSub = 41, kMul = 18, kDiv = 42, kMinimum = 57, kMaximum = 55;
constexpr int kRelu = 19, kReluN1To1 = 20, kRelu6 = 21, kLogistic = 14, kElu = 111, kPreluCode = 54;
constexpr float kUnbounded = 3.4e38f;

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
  if (code == kDiv && !right->constant) return unsupported("divides by what is no constant");
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

// `value` with `code` and one number.
Result<OnnxValue> with_number(OnnxNode& node, int code, OnnxValue& value, float number) {
  OnnxValue constant{.extents = {}, .constant = OnnxTensor{.extents = {}, .real = true, .floats = {number}, .integers = {}}};
  return pair_of(node, code, value, constant);
}

OnnxValue curved(OnnxNode& node, int code, OnnxValue& value) {
  const int32_t from = node.held(value);
  const int32_t to = node.give_alike(value);
  node.draft().node(code, {from}, {to});
  return node.import().values.at(node.output_name());
}

// min(max(x, low), high), as a fused operator where TensorFlow Lite has one.
Result<void> bounded_between(OnnxNode& node, OnnxValue value, float low, float high) {
  const bool is_low = low > -kUnbounded, is_high = high < kUnbounded;
  if (low == 0 && (high == 6 || !is_high)) {
    value = curved(node, high == 6 ? kRelu6 : kRelu, value);
  } else if (low == -1 && high == 1) {
    value = curved(node, kReluN1To1, value);
  } else {
    if (low == 0) {
      value = curved(node, kRelu, value);
    } else if (is_low) {
      TRY(value, with_number(node, kMaximum, value, low));
    }
    if (is_high) {
      TRY(value, with_number(node, kMinimum, value, high));
    }
  }
  node.give(std::move(value));
  return {};
}

}  // namespace

Result<void> add(OnnxNode& node) { return pair<kAdd>(node); }
Result<void> sub(OnnxNode& node) { return pair<kSub>(node); }
Result<void> mul(OnnxNode& node) { return pair<kMul>(node); }
Result<void> div(OnnxNode& node) { return pair<kDiv>(node); }
Result<void> sum(OnnxNode& node) { return chain<kAdd>(node); }
Result<void> minimum(OnnxNode& node) { return chain<kMinimum>(node); }
Result<void> maximum(OnnxNode& node) { return chain<kMaximum>(node); }

Result<void> relu(OnnxNode& node) { return node.element_by_element(kRelu); }
Result<void> sigmoid(OnnxNode& node) { return node.element_by_element(kLogistic); }
Result<void> tanh(OnnxNode& node) { return node.element_by_element(28); }
Result<void> hard_swish(OnnxNode& node) { return node.element_by_element(117); }
Result<void> abs(OnnxNode& node) { return node.element_by_element(101); }
Result<void> neg(OnnxNode& node) { return node.element_by_element(59); }
Result<void> exp(OnnxNode& node) { return node.element_by_element(47); }
Result<void> log(OnnxNode& node) { return node.element_by_element(73); }
Result<void> sqrt(OnnxNode& node) { return node.element_by_element(75); }
Result<void> sin(OnnxNode& node) { return node.element_by_element(66); }
Result<void> cos(OnnxNode& node) { return node.element_by_element(108); }

// max(x, 0) + alpha * (exp(min(x, 0)) - 1); TensorFlow Lite has it for an alpha of 1.
Result<void> elu(OnnxNode& node) {
  const float alpha = node.real("alpha", 1);
  if (alpha == 1) return node.element_by_element(kElu);
  TRY(OnnxValue * in, node.activation(0));
  OnnxValue positive = curved(node, kRelu, *in);
  TRY(OnnxValue negative, with_number(node, kMinimum, *in, 0));
  negative = curved(node, kElu, negative);
  TRY(negative, with_number(node, kMul, negative, alpha));
  TRY(OnnxValue made, pair_of(node, kAdd, positive, negative));
  node.give(std::move(made));
  return {};
}

Result<void> leaky_relu(OnnxNode& node) {
  tflite::LeakyReluOptionsT options;
  options.alpha = node.real("alpha", 0.01f);
  return node.element_by_element(98, options);
}

Result<void> gelu(OnnxNode& node) {
  tflite::GeluOptionsT options;
  options.approximate = node.text("approximate", "none") == "tanh";
  return node.element_by_element(150, options);
}

// x^2 and the square root; of other powers none has an operator.
Result<void> pow(OnnxNode& node) {
  TRY(const float exponent, node.one_real(1));
  if (exponent == 2) return node.element_by_element(92);
  return exponent == 0.5f ? node.element_by_element(75) : unsupported("has an exponent that is neither 2 nor 0.5");
}

// max(0, min(1, alpha * x + beta)).
Result<void> hard_sigmoid(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(OnnxValue scaled, with_number(node, kMul, *in, node.real("alpha", 0.2f)));
  TRY(OnnxValue moved, with_number(node, kAdd, scaled, node.real("beta", 0.5f)));
  return bounded_between(node, std::move(moved), 0, 1);
}

// Bounds are attributes before opset 11 and inputs since then.
Result<void> clip(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  float low = node.real("min", -std::numeric_limits<float>::infinity());
  float high = node.real("max", std::numeric_limits<float>::infinity());
  if (node.has_input(1)) {
    TRY(low, node.one_real(1));
  }
  if (node.has_input(2)) {
    TRY(high, node.one_real(2));
  }
  return bounded_between(node, *in, low, high);
}

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

// Another name for its input: of Identity, and of Dropout and others that do nothing once a model is trained.
Result<void> identity(OnnxNode& node) {
  TRY(const OnnxValue* in, node.value(0));
  if (node.has_output(1) && node.import().uses[node.output_name(1)] > 0) return unsupported("gives a mask");
  const OnnxValue same = *in;
  const auto sum = node.import().sums.find(node.input_name(0));
  if (sum != node.import().sums.end() && node.import().uses[node.input_name(0)] == 1)
    remember_sum(node, WeightedSum(sum->second));
  node.give(same);
  return {};
}

Result<void> dropout(OnnxNode& node) {
  if (node.has_input(2)) {
    TRY(const OnnxTensor* training, node.constant(2));
    if (training->integers != std::vector<int64_t>{0}) return unsupported("is in training mode");
  }
  return identity(node);
}

}  // namespace mote::from_onnx
