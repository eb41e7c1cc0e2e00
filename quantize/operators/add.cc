// add: a sum.
#include "device/kernels/add/add.h"

#include <algorithm>

#include "quantize/operators/pairs.h"

namespace mote {
namespace {

void execute(const FloatCall& call) {
  const uint64_t count = count_of(call.output_shape());
  const uint64_t run = count_of(call.input_shape(1));
  for (uint64_t i = 0; i < count; ++i)
    call.output[i] = std::clamp(call.inputs[0][i] + call.inputs[1][i % run], call.node.low, call.node.high);
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
  const auto scale = [&](ValueId id) { return static_cast<double>(scale_of(graph, id)); };
  const double first = scale(node.inputs[0]), second = scale(node.inputs[1]), twice = 2 * std::max(first, second);
  return scaled_pair(graph, node, first / twice, second / twice, twice / ((1 << kAddLeftShift) * scale(node.output)));
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
                   .shape = pair_shape,
                   .execute = execute,
                   .quantize = quantize,
                   .attributes = attributes};
}  // namespace operators

}  // namespace mote
