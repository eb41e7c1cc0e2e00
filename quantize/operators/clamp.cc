// clamp: ReLU is [0, inf], ReLU6 is [0, 6]; on the device a lookup (on int16 a requantize), where no operator before it takes it
// over (passes/fold_clamp.cc).
#include <algorithm>

#include "quantize/calibrate/tabulate.h"
#include "quantize/operators/rules.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) { return graph.values[node.inputs[0]].shape; }

void execute(const FloatCall& call) {
  const uint64_t count = count_of(call.output_shape());
  for (uint64_t i = 0; i < count; ++i) call.output[i] = std::clamp(call.inputs[0][i], call.node.low, call.node.high);
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  const ValueId output = lowering.add_activation(node.output, lowering.measured_affine(node.output));
  if (lowering.is_wide()) {
    lowering.to.nodes.push_back(
        {.op = Op::requantize, .inputs = {lowering.made[node.inputs[0]]}, .output = output, .low = node.low, .high = node.high});
    return {};
  }
  tabulate(lowering, lowering.made[node.inputs[0]], output,
           [&](double x) { return std::clamp(x, static_cast<double>(node.low), static_cast<double>(node.high)); });
  return {};
}

}  // namespace

namespace operators {
extern const Rules clamp;
const Rules clamp = {
    .op = Op::clamp, .name = "clamp", .clamps_last = true, .shape = shape, .execute = execute, .quantize = quantize};
}  // namespace operators

}  // namespace mote
