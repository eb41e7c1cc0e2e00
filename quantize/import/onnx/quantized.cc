// Q/DQ and QLinear graphs as the float graphs that they stand for, and beside them the scales that they name. Where the least
// integer of a value is real 0, that is a Relu, and stays one.
#include <algorithm>
#include <cmath>

#include "quantize/import/onnx/sums.h"

namespace mote {

namespace from_onnx {

Result<void> conv(OnnxNode& node);
Result<void> matmul(OnnxNode& node);

namespace {

constexpr int kReluCode = 19, kTimesOne = 18;

// The scale at a place and the zero point behind it; without one the integers begin at 0.
Result<OnnxQuanta> quanta_at(OnnxNode& node, size_t place) {
  OnnxQuanta quanta{.scale = 1, .zero = 0, .type = {.bits = 8, .least = 0}};
  TRY(quanta.scale, node.one_real(place));  // a scale for each channel is one of weights
  if (!(quanta.scale > 0) || !std::isfinite(quanta.scale)) return unsupported("has a scale that is not above 0");
  if (!node.has_input(place + 1)) return quanta;
  TRY(const OnnxTensor* given, node.constant(place + 1));
  if (given->real || given->count() != 1) return unsupported("has a zero point that is not one integer");
  quanta.zero = given->integers[0];
  quanta.type = given->type;
  const int64_t most = quanta.type.least + (int64_t{1} << quanta.type.bits) - 1;
  if (quanta.type.bits != 0 && (quanta.zero < quanta.type.least || quanta.zero > most))
    return unsupported("has a zero point outside of its type");
  return quanta;
}

// The tensors that hold a value get the scale, where int8 can have it. False when one of them has another already.
bool hold_scale(OnnxNode& node, const OnnxValue& value, const OnnxQuanta& quanta) {
  if (quanta.type.bits != 8) return true;
  const int64_t zero = quanta.zero - quanta.type.least + INT8_MIN;
  ValueQuantization wanted{.name = "", .scale = {quanta.scale}, .zero_point = static_cast<int32_t>(zero)};
  auto& scales = node.import().scales;
  const int32_t tensors[] = {value.plain, value.channels_last, value.flat};
  for (const int32_t tensor : tensors)
    if (const auto has = scales.find(tensor); has != scales.end())
      if (has->second.scale != wanted.scale || has->second.zero_point != wanted.zero_point) return false;
  for (const int32_t tensor : tensors)
    if (tensor != kNowhere) scales[tensor] = wanted;
  return true;
}

bool is_input(OnnxNode& node, const OnnxValue& value) {
  return node.draft().is_input(value.plain) || node.draft().is_input(value.channels_last);
}

// The node's output, which is there as reals, as integers from then on.
Result<void> make_quanta(OnnxNode& node, const OnnxQuanta& quanta) {
  OnnxValue value = node.import().values.at(node.output_name());
  if (quanta.zero == quanta.type.least && !is_input(node, value)) {
    node.import().sums.erase(node.output_name());
    const int32_t from = node.held(value);
    node.draft().node(kReluCode, {from}, {node.give_alike(value)});
    value = node.import().values.at(node.output_name());
  }
  if (!hold_scale(node, value, quanta)) {  // the same reals as other integers
    const int32_t from = node.held(value), one = node.draft().floats({}, std::vector<float>{1}, "");
    node.draft().node(kTimesOne, {from, one}, {node.give_alike(value)}, tflite::MulOptionsT());
    value = node.import().values.at(node.output_name());
    hold_scale(node, value, quanta);
  }
  value.quanta = quanta;
  node.give(std::move(value));
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

// Input 0 are the integers that the scale and zero point behind it say.
Result<void> check_quantized(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  if (!in->quantized) return unsupported("reads what no QuantizeLinear has made");
  TRY(const OnnxQuanta quanta, quanta_at(node, 1));
  return know_quanta(node, *in, quanta);
}

}  // namespace

Result<void> quantize_linear(OnnxNode& node) {
  TRY(const OnnxValue* in, node.activation(0));
  TRY(const OnnxQuanta quanta, quanta_at(node, 1));
  node.give(OnnxValue(*in));
  return make_quanta(node, quanta);
}

Result<void> dequantize_linear(OnnxNode& node) {
  TRY_DO(check_quantized(node));
  node.give(OnnxValue(**node.value(0)));
  return {};
}

Result<void> qlinear_conv(OnnxNode& node) {
  TRY_DO(check_quantized(node));
  TRY(const OnnxQuanta made, quanta_at(node, 6));
  TRY(const std::string weights, real_constant(node, 3, 0));
  TRY(const std::string bias, real_bias(node, 8));
  const OnnxOperation plain = node.like("Conv", {node.input_name(0), weights, bias});
  OnnxNode sum(plain, node.import());
  TRY_DO(conv(sum));
  return make_quanta(node, made);
}

Result<void> qlinear_matmul(OnnxNode& node) {
  TRY_DO(check_quantized(node));
  TRY(const OnnxQuanta made, quanta_at(node, 6));
  TRY(const std::string matrix, real_constant(node, 3, -1));
  const OnnxOperation plain = node.like("MatMul", {node.input_name(0), matrix});
  OnnxNode product(plain, node.import());
  TRY_DO(matmul(product));
  return make_quanta(node, made);
}

}  // namespace from_onnx

Result<void> know_quanta(OnnxNode& node, OnnxValue& value, const OnnxQuanta& quanta) {
  if (value.quanta && !(*value.quanta == quanta)) return unsupported("reads integers by another scale than they were made by");
  if (!value.quanta) from_onnx::hold_scale(node, value, quanta);
  value.quanta = quanta;
  return {};
}

bool gives_quantized(std::string_view operation) {
  return operation == "QuantizeLinear" || operation == "QLinearConv" || operation == "QLinearMatMul";
}

bool takes_quantized(std::string_view operation) {
  constexpr std::string_view kTakers[] = {"DequantizeLinear", "QLinearConv", "QLinearMatMul", "MaxPool", "Reshape", "Flatten",
                                          "Squeeze",          "Unsqueeze",   "Transpose",     "Slice",   "Split",   "Identity"};
  return std::find(std::begin(kTakers), std::end(kTakers), operation) != std::end(kTakers);
}

}  // namespace mote
