// Operators that make each element of one input into one of the output.
#include <algorithm>
#include <limits>

#include "quantize/import/onnx/pairs.h"
#include "quantize/import/onnx/sums.h"

namespace mote::from_onnx {
namespace {

constexpr int kRelu = 19, kReluN1To1 = 20, kRelu6 = 21, kLogistic = 14, kElu = 111;
constexpr float kUnbounded = 3.4e38f;

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
