// mean: over height and width (global average pooling). On integers also a mean or a sum along another dimension, whose numbers
// are its attributes.
#include "device/model/container.h"
#include "quantize/calibrate/lowering.h"
#include "quantize/operators/along.h"

namespace mote {
namespace {

bool has_numbers(const Node& node) { return node.numbers[attribute::kMeanOuter] != 0; }

Result<Shape> shape(const Graph& graph, const Node& node) {
  if (has_numbers(node))
    return shape_along(graph, node, node.numbers[attribute::kMeanOuter], node.numbers[attribute::kMeanInner]);
  const Shape& x = graph.values[node.inputs[0]].shape;
  if (x[0] != 1) return shape_problem("the batch is not 1");
  return Shape{1, 1, 1, x[3]};
}

void execute(const FloatCall& call) {
  const Shape& in = call.input_shape(0);
  const uint32_t places = in[1] * in[2];
  for (uint32_t c = 0; c < in[3]; ++c) {
    double sum = 0;
    for (uint32_t i = 0; i < places; ++i) sum += call.inputs[0][size_t{i} * in[3] + c];
    call.output[c] = static_cast<float>(sum / places);
  }
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  Node mean = node;
  mean.inputs = {lowering.made[node.inputs[0]]};
  mean.output = lowering.add_activation(node.output, lowering.measured_affine(node.output));
  lowering.to.nodes.push_back(std::move(mean));
  return {};
}

// TensorFlow Lite's QuantizedMeanOrSum: the division by the count is folded into the multiplier.
Attributes attributes(const Graph& graph, const Node& node) {
  if (has_numbers(node)) return node.numbers;
  const Value &in = graph.values[node.inputs[0]], &out = graph.values[node.output];
  const double ratio = static_cast<double>(in.quantization.scale[0]) / static_cast<double>(out.quantization.scale[0]);
  const Multiplier folded = divide(quantize_multiplier(ratio), in.shape[1] * in.shape[2]);
  return {folded.value, folded.shift, 1, static_cast<int32_t>(in.shape[3]), 0, 0, 0, 0};
}

}  // namespace

namespace operators {
extern const Rules mean;
const Rules mean = {.op = Op::mean,
                    .name = "mean",
                    .device_inputs = 1,
                    .shape = shape,
                    .execute = execute,
                    .quantize = quantize,
                    .attributes = attributes};
}  // namespace operators

}  // namespace mote
