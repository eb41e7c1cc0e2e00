// mean: over height and width (global average pooling). Also a mean along another dimension, whose numbers say which, and on
// integers a sum; there they are its attributes.
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

// The input seen as [outer, count, inner].
struct Places {
  uint32_t outer, count, inner;
};

Places places_of(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  if (!has_numbers(node)) return {1, x[1] * x[2], x[3]};
  const auto outer = static_cast<uint32_t>(node.numbers[attribute::kMeanOuter]),
             inner = static_cast<uint32_t>(node.numbers[attribute::kMeanInner]);
  return {outer, static_cast<uint32_t>(count_of(x) / outer / inner), inner};
}

void execute(const FloatCall& call) {
  const auto [outer, count, inner] = places_of(call.graph, call.node);
  for (uint32_t o = 0; o < outer; ++o)
    for (uint32_t i = 0; i < inner; ++i) {
      double sum = 0;
      for (uint32_t n = 0; n < count; ++n) sum += static_cast<double>(call.inputs[0][(size_t{o} * count + n) * inner + i]);
      call.output[size_t{o} * inner + i] = static_cast<float>(sum / count);
    }
}

// The division by the count is folded into the multiplier (TensorFlow Lite's QuantizedMeanOrSum).
Multiplier multiplier_of(Affine in, Affine out, uint32_t count) {
  return divide(quantize_multiplier(static_cast<double>(in.scale) / static_cast<double>(out.scale)), count);
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  const Affine in = lowering.affine_of(node.inputs[0]), out = lowering.measured_affine(node.output);
  Node mean = node;
  mean.inputs = {lowering.made[node.inputs[0]]};
  mean.output = lowering.add_activation(node.output, out);
  if (has_numbers(node)) {
    const Multiplier multiplier = multiplier_of(in, out, places_of(lowering.from, node).count);
    mean.numbers[attribute::kMeanMultiplier] = multiplier.value;
    mean.numbers[attribute::kMeanShift] = multiplier.shift;
  }
  lowering.to.nodes.push_back(std::move(mean));
  return {};
}

Attributes attributes(const Graph& graph, const Node& node) {
  if (has_numbers(node)) return node.numbers;
  const auto affine = [&](ValueId id) { return Affine{graph.values[id].quantization.scale[0], 0}; };
  const Places places = places_of(graph, node);
  const Multiplier multiplier = multiplier_of(affine(node.inputs[0]), affine(node.output), places.count);
  return {multiplier.value, multiplier.shift, 1, static_cast<int32_t>(places.inner), 0, 0, 0, 0};
}

}  // namespace

namespace operators {
extern const Rules mean;
extern const Rules mean_int16;
const Rules mean = {.op = Op::mean,
                    .name = "mean",
                    .device_inputs = 1,
                    .int16 = Op::mean_int16,
                    .shape = shape,
                    .execute = execute,
                    .quantize = quantize,
                    .attributes = attributes};
const Rules mean_int16 = {
    .op = Op::mean_int16, .name = "mean_int16", .device_inputs = 1, .shape = shape, .attributes = attributes};
}  // namespace operators

}  // namespace mote
