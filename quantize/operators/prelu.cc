// prelu: slopes of what is negative, a constant that is repeated over the input.
#include <algorithm>

#include "device/model/container.h"
#include "quantize/calibrate/tabulate.h"
#include "quantize/operators/along.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  if (count_of(x) % count_of(graph.values[node.inputs[1]].shape) != 0)
    return shape_problem("its slopes cannot be repeated over its input");
  return x;
}

void execute(const FloatCall& call) {
  const uint64_t count = count_of(call.output_shape()), run = count_of(call.input_shape(1));
  for (uint64_t i = 0; i < count; ++i) {
    const float x = call.inputs[0][i];
    call.output[i] = x < 0 ? x * call.inputs[1][i % run] : x;
  }
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  const std::vector<float>& slopes = lowering.from.values[node.inputs[1]].floats;
  if (slopes.empty()) return lowering.problem(node, "its slopes are no constant");
  const auto [low, high] = std::minmax_element(slopes.begin(), slopes.end());
  const Affine in = lowering.affine_of(node.inputs[0]), out = lowering.measured_affine(node.output);
  const Affine slope = affine_for(static_cast<double>(*low), static_cast<double>(*high));
  const double ratio = static_cast<double>(in.scale) / static_cast<double>(out.scale);
  const Multiplier positive = quantize_multiplier(ratio),
                   negative = quantize_multiplier(ratio * static_cast<double>(slope.scale));
  Node prelu = node;
  prelu.inputs = {lowering.made[node.inputs[0]], quantized_constant(lowering, node.inputs[1], slope)};
  prelu.output = lowering.add_activation(node.output, out);
  prelu.numbers[attribute::kPreluPositiveMultiplier] = positive.value;
  prelu.numbers[attribute::kPreluPositiveShift] = positive.shift;
  prelu.numbers[attribute::kPreluNegativeMultiplier] = negative.value;
  prelu.numbers[attribute::kPreluNegativeShift] = negative.shift;
  lowering.to.nodes.push_back(std::move(prelu));
  return {};
}

}  // namespace

namespace operators {
extern const Rules prelu;
const Rules prelu = {.op = Op::prelu,
                     .name = "prelu",
                     .device_inputs = 2,
                     .least_inputs = 2,
                     .most_inputs = 2,
                     .shape = shape,
                     .execute = execute,
                     .quantize = quantize,
                     .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
