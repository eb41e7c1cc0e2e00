// add: two activations of one shape.
#include "device/kernels/add/add.h"

#include <algorithm>

#include "quantize/calibrate/lowering.h"
#include "quantize/operators/geometry.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape &first = graph.values[node.inputs[0]].shape, &second = graph.values[node.inputs[1]].shape;
  if (first != second) return shape_problem("its inputs have different shapes");
  return first;
}

void execute(const FloatCall& call) {
  const uint64_t count = count_of(call.output_shape());
  for (uint64_t i = 0; i < count; ++i)
    call.output[i] = std::clamp(call.inputs[0][i] + call.inputs[1][i], call.node.low, call.node.high);
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  if (lowering.from.values[node.inputs[1]].constant) return lowering.problem(node, "its second input is a constant");
  Node add = node;
  add.inputs = {lowering.made[node.inputs[0]], lowering.made[node.inputs[1]]};
  add.output = lowering.add_activation(node.output, lowering.measured_affine(node.output));
  lowering.to.nodes.push_back(std::move(add));
  return {};
}

Attributes attributes(const Graph& graph, const Node& node) {
  const auto scale = [&](ValueId id) { return static_cast<double>(graph.values[id].quantization.scale[0]); };
  const double twice = 2 * std::max(scale(node.inputs[0]), scale(node.inputs[1]));
  const Multiplier first = quantize_multiplier(scale(node.inputs[0]) / twice);
  const Multiplier second = quantize_multiplier(scale(node.inputs[1]) / twice);
  const Multiplier sum = quantize_multiplier(twice / ((1 << kAddLeftShift) * scale(node.output)));
  const auto [low, high] = clamp_bounds(graph, node);
  return {first.value, first.shift, second.value, second.shift, sum.value, sum.shift, low, high};
}

}  // namespace

namespace operators {
extern const Rules add;
const Rules add = {.op = Op::add,
                   .name = "add",
                   .device_inputs = 2,
                   .least_inputs = 2,
                   .most_inputs = 2,
                   .clamps_last = true,
                   .shape = shape,
                   .execute = execute,
                   .quantize = quantize,
                   .attributes = attributes};
}  // namespace operators

}  // namespace mote
