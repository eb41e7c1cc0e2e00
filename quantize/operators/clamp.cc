// clamp: ReLU is [0, inf], ReLU6 is [0, 6]; in float graphs only (passes/fold_clamp.cc).
#include <algorithm>

#include "quantize/operators/rules.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) { return graph.values[node.inputs[0]].shape; }

void execute(const FloatCall& call) {
  const uint64_t count = count_of(call.output_shape());
  for (uint64_t i = 0; i < count; ++i) call.output[i] = std::clamp(call.inputs[0][i], call.node.low, call.node.high);
}

}  // namespace

namespace operators {
extern const Rules clamp;
const Rules clamp = {.op = Op::clamp, .name = "clamp", .clamps_last = true, .shape = shape, .execute = execute};
}  // namespace operators

}  // namespace mote
