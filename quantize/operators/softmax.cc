// softmax: over the channels of each place. One that was imported may have a beta: its numbers are then its attributes.
#include "device/kernels/softmax/softmax.h"

#include <algorithm>
#include <cmath>

#include "device/kernels/softmax_int16/softmax_int16.h"
#include "quantize/calibrate/lowering.h"
#include "quantize/operators/rules.h"
#include "quantize/operators/softmax_numbers.h"

namespace mote {
namespace {

constexpr int kInputIntegerBits = 5;  // of the fixed-point differences (TensorFlow Lite's kScaledDiffIntegerBits)

Result<Shape> shape(const Graph& graph, const Node& node) { return graph.values[node.inputs[0]].shape; }

void execute(const FloatCall& call) {
  const Shape& in = call.input_shape(0);
  const uint64_t rows = count_of(in) / in[3];
  for (uint64_t row = 0; row < rows; ++row) {
    const float* from = call.inputs[0] + row * in[3];
    float* to = call.output + row * in[3];
    const float largest = *std::max_element(from, from + in[3]);
    double sum = 0;
    for (uint32_t c = 0; c < in[3]; ++c) sum += std::exp(static_cast<double>(from[c] - largest));
    for (uint32_t c = 0; c < in[3]; ++c) to[c] = static_cast<float>(std::exp(static_cast<double>(from[c] - largest)) / sum);
  }
}

double input_multiplier(double scale) { return std::min(scale * (1 << (31 - kInputIntegerBits)), 2147483647.0); }

// 65535 steps of the device's table stand for 10.
double wide_multiplier(double scale) { return scale / (10.0 / 65535); }

Result<void> quantize_wide(Lowering& lowering, const Node& node) {
  const double scale = static_cast<double>(lowering.affine_of(node.inputs[0]).scale);
  if (quantize_multiplier(wide_multiplier(scale)).shift > kMostSoftmaxInt16Shift)
    return lowering.problem(node, "its inputs are too far apart for int16");
  Node softmax = node;
  softmax.inputs = {lowering.made[node.inputs[0]]};
  softmax.output = lowering.add_activation(node.output, {.scale = 1.0f / 32768, .zero_point = 0, .wide = true});
  lowering.to.nodes.push_back(std::move(softmax));
  return {};
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  if (lowering.is_wide()) return quantize_wide(lowering, node);
  if (const uint32_t channels = lowering.from.values[node.output].shape[3]; channels > kMaxSoftmaxChannels)
    return lowering.problem(
        node, "it has " + std::to_string(channels) + " channels, a device takes at most " + std::to_string(kMaxSoftmaxChannels));
  if (input_multiplier(static_cast<double>(lowering.affine_of(node.inputs[0]).scale)) <= 1)
    return lowering.problem(node, "its inputs are all but equal, so that no int8 scale tells them apart");
  Node softmax = node;
  softmax.inputs = {lowering.made[node.inputs[0]]};
  softmax.output = lowering.add_activation(node.output, {.scale = 1.0f / 256, .zero_point = -128});
  lowering.to.nodes.push_back(std::move(softmax));
  return {};
}

// Below diff_min, exp() is nothing in the fixed-point format.
Attributes numbers_of(double scale) {
  const Multiplier multiplier = quantize_multiplier(input_multiplier(scale));
  const double largest = ((1 << kInputIntegerBits) - 1) * std::ldexp(1.0, 31 - kInputIntegerBits - multiplier.shift);
  return {multiplier.value, multiplier.shift, -static_cast<int32_t>(std::floor(largest)), 0, 0, 0, 0, 0};
}

Attributes wide_numbers_of(double scale) {
  const Multiplier multiplier = quantize_multiplier(wide_multiplier(scale));
  return {multiplier.value, multiplier.shift, 0, 0, 0, 0, 0, 0};
}

Attributes wide_attributes(const Graph& graph, const Node& node) {
  if (node.numbers[0] != 0) return node.numbers;
  return wide_numbers_of(static_cast<double>(graph.values[node.inputs[0]].quantization.scale[0]));
}

Attributes attributes(const Graph& graph, const Node& node) {
  if (node.numbers[0] != 0) return node.numbers;
  return numbers_of(static_cast<double>(graph.values[node.inputs[0]].quantization.scale[0]));
}

}  // namespace

Result<Attributes> softmax_numbers(double scale, const std::string& where) {
  if (const double multiplier = input_multiplier(scale); multiplier > 1 && multiplier < 2147483647.0) return numbers_of(scale);
  return Error{.cause = Cause::usage,
               .what = "no device has a softmax of this scale",
               .where = where,
               .todo = "give a temperature nearer to 1"};
}

Result<Attributes> softmax_int16_numbers(double scale, const std::string& where) {
  if (!(wide_multiplier(scale) > 0) || quantize_multiplier(wide_multiplier(scale)).shift > kMostSoftmaxInt16Shift)
    return Error{.cause = Cause::usage, .what = "has an input whose scale is out of all proportion", .where = where, .todo = ""};
  return wide_numbers_of(scale);
}

double softmax_scale(const Attributes& numbers) {
  return std::ldexp(static_cast<double>(numbers[0]), numbers[1] - 31) / (1 << (31 - kInputIntegerBits));
}

namespace operators {
extern const Rules softmax;
extern const Rules softmax_int16;
const Rules softmax = {.op = Op::softmax,
                       .name = "softmax",
                       .device_inputs = 1,
                       .int16 = Op::softmax_int16,
                       .shape = shape,
                       .execute = execute,
                       .quantize = quantize,
                       .attributes = attributes};
const Rules softmax_int16 = {
    .op = Op::softmax_int16, .name = "softmax_int16", .device_inputs = 1, .shape = shape, .attributes = wide_attributes};
}  // namespace operators

}  // namespace mote
