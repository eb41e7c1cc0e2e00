// mul: a product.
#include "quantize/operators/pairs.h"

namespace mote {
namespace {

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
                   .attributes = attributes};
}  // namespace operators

}  // namespace mote
