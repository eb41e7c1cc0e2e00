// squared_difference: a difference, squared.
#include "device/kernels/squared_difference/squared_difference.h"

#include "quantize/operators/pairs.h"

namespace mote {
namespace {

double square(double a, double b) { return (a - b) * (a - b); }

void execute(const FloatCall& call) {
  execute_pair(call, [](float a, float b) { return (a - b) * (a - b); });
}

Result<void> quantize(Lowering& lowering, const Node& node) { return quantize_pair(lowering, node, square); }

Attributes attributes(const Graph& graph, const Node& node) {
  const auto scale = [&](ValueId id) { return static_cast<double>(scale_of(graph, id)); };
  const double first = scale(node.inputs[0]), second = scale(node.inputs[1]), twice = 2 * std::max(first, second);
  // The denominator in float (TensorFlow Lite Micro, squared_difference.cc).
  const float denominator = (1 << 2 * kSquaredDifferenceLeftShift) * scale_of(graph, node.output);
  return scaled_pair(graph, node, first / twice, second / twice, twice * twice / static_cast<double>(denominator));
}

}  // namespace

namespace operators {
extern const Rules squared_difference;
const Rules squared_difference = {.op = Op::squared_difference,
                                  .name = "squared_difference",
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
