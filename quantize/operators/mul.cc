// mul: a product.
#include "quantize/operators/pairs.h"

namespace mote {
namespace {

double product(double a, double b) { return a * b; }

void execute(const FloatCall& call) {
  execute_pair(call, [](float a, float b) { return a * b; });
}

Result<void> quantize(Lowering& lowering, const Node& node) { return quantize_pair(lowering, node, product); }

Attributes attributes(const Graph& graph, const Node& node) {
  const auto scale = [&](ValueId id) { return static_cast<double>(scale_of(graph, id)); };
  const Multiplier factor = quantize_multiplier(scale(node.inputs[0]) * scale(node.inputs[1]) / scale(node.output));
  const auto [low, high] = clamp_bounds(graph, node);
  return {factor.value, factor.shift, low, high, 0, 0, 0, 0};
}

}  // namespace

namespace operators {
extern const Rules mul;
const Rules mul = {.op = Op::mul,
                   .name = "mul",
                   .device_inputs = 2,
                   .least_inputs = 2,
                   .most_inputs = 2,
                   .clamps_last = true,
                   .shape = pair_shape,
                   .execute = execute,
                   .quantize = quantize,
                   .attributes = attributes};
}  // namespace operators

}  // namespace mote
