// add: a sum.
#include "device/kernels/add/add.h"

#include <algorithm>

#include "quantize/operators/pairs.h"

namespace mote {
namespace {

double sum(double a, double b) { return a + b; }

void execute(const FloatCall& call) {
  execute_pair(call, [](float a, float b) { return a + b; });
}

Result<void> quantize(Lowering& lowering, const Node& node) { return quantize_pair(lowering, node, sum); }

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
