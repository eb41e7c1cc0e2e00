// sub: a difference.
#include "device/kernels/add/add.h"
#include "quantize/operators/pairs.h"

namespace mote {
namespace {

double difference(double a, double b) { return a - b; }

void execute(const FloatCall& call) {
  execute_pair(call, [](float a, float b) { return a - b; });
}

Result<void> quantize(Lowering& lowering, const Node& node) { return quantize_pair(lowering, node, difference); }

// As add, but for the factors, which TensorFlow Lite Micro computes in float (sub_common.cc).
Attributes attributes(const Graph& graph, const Node& node) {
  const float first = scale_of(graph, node.inputs[0]), second = scale_of(graph, node.inputs[1]);
  const float twice = 2 * std::max(first, second);
  const float made = twice / ((1 << kAddLeftShift) * scale_of(graph, node.output));
  return scaled_pair(graph, node, static_cast<double>(first / twice), static_cast<double>(second / twice),
                     static_cast<double>(made));
}

}  // namespace

namespace operators {
extern const Rules sub;
const Rules sub = {.op = Op::sub,
                   .name = "sub",
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
