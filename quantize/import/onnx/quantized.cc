// Q/DQ and QLinear graphs as the float graphs that they stand for: scales are chosen anew when the model is quantized. Where the
// least integer of a value is real 0, that is a Relu, and stays one.
#include <algorithm>

#include "quantize/import/onnx/sums.h"

namespace mote {

namespace from_onnx {

Result<void> conv(OnnxNode& node);
Result<void> matmul(OnnxNode& node);

namespace {

constexpr int kReluCode = 19;

// What the scale and zero point at `scale` and `scale` + 1 cut off.
Result<void> clamp_to_range(OnnxNode& node, size_t scale) {
  TRY_DO(node.one_real(scale));  // a scale for each channel is one of weights
  int64_t zero = 0, least = 0;
  if (node.has_input(scale + 1)) {
    TRY(const OnnxTensor* given, node.constant(scale + 1));
    if (given->real || given->count() != 1) return unsupported("has a zero point that is not one integer");
    zero = given->integers[0];
    least = given->least;
  }
  if (zero != least) return {};
  OnnxValue value = node.import().values.at(node.output_name());
  node.import().sums.erase(node.output_name());
  const int32_t from = node.held(value);
  const int32_t to = node.give_alike(value);
  node.draft().node(kReluCode, {from}, {to});
  return {};
}

// The constant at `place` as reals, by scales and zero points at the places after it; its name.
Result<std::string> real_constant(OnnxNode& node, size_t place, int64_t axis) {
  const std::string name = node.input_name(place) + " (real)";
  TRY(const OnnxTensor* in, node.constant(place));
  TRY(const std::vector<float> scales, node.reals(place + 1));
  TRY(const OnnxTensor* zeros, node.constant(place + 2));
  TRY(OnnxTensor made, dequantized(*in, scales, zeros->integers, axis));
  node.import().values[name] = {.extents = made.extents, .constant = made};
  return name;
}

// The bias at `place` as reals: its scale is that of the input times those of the weights.
Result<std::string> real_bias(OnnxNode& node, size_t place) {
  if (!node.has_input(place)) return std::string();
  const std::string name = node.input_name(place) + " (real)";
  TRY(const OnnxTensor* in, node.constant(place));
  TRY(const float input_scale, node.one_real(1));
  TRY(std::vector<float> scales, node.reals(4));
  for (float& scale : scales) scale *= input_scale;
  TRY(OnnxTensor made, dequantized(*in, scales, std::vector<int64_t>(scales.size(), 0), 0));
  node.import().values[name] = {.extents = made.extents, .constant = made};
  return name;
}

Result<void> check_quantized(OnnxNode& node) {
  TRY(const OnnxValue* in, node.activation(0));
  return in->quantized ? Result<void>() : unsupported("reads what no QuantizeLinear has made");
}

}  // namespace

Result<void> quantize_linear(OnnxNode& node) {
  TRY(const OnnxValue* in, node.activation(0));
  node.give(OnnxValue(*in));
  return clamp_to_range(node, 1);
}

Result<void> dequantize_linear(OnnxNode& node) {
  TRY_DO(check_quantized(node));
  node.give(OnnxValue(**node.value(0)));
  return {};
}

Result<void> qlinear_conv(OnnxNode& node) {
  TRY_DO(check_quantized(node));
  TRY(const std::string weights, real_constant(node, 3, 0));
  TRY(const std::string bias, real_bias(node, 8));
  const OnnxOperation plain = node.like("Conv", {node.input_name(0), weights, bias});
  OnnxNode sum(plain, node.import());
  TRY_DO(conv(sum));
  return clamp_to_range(node, 6);
}

Result<void> qlinear_matmul(OnnxNode& node) {
  TRY_DO(check_quantized(node));
  TRY(const std::string matrix, real_constant(node, 3, -1));
  const OnnxOperation plain = node.like("MatMul", {node.input_name(0), matrix});
  OnnxNode product(plain, node.import());
  TRY_DO(matmul(product));
  return clamp_to_range(node, 6);
}

}  // namespace from_onnx

bool gives_quantized(std::string_view operation) {
  return operation == "QuantizeLinear" || operation == "QLinearConv" || operation == "QLinearMatMul";
}

bool takes_quantized(std::string_view operation) {
  constexpr std::string_view kTakers[] = {"DequantizeLinear", "QLinearConv", "QLinearMatMul", "MaxPool", "Reshape", "Flatten",
                                          "Squeeze",          "Unsqueeze",   "Transpose",     "Slice",   "Split",   "Identity"};
  return std::find(std::begin(kTakers), std::end(kTakers), operation) != std::end(kTakers);
}

}  // namespace mote
