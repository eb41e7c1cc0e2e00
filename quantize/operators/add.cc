// add: a sum.
#include "device/kernels/add/add.h"

#include <algorithm>

#include "device/kernels/add_int16/add_int16.h"
#include "quantize/operators/pairs.h"

namespace mote {
namespace {

double sum(double a, double b) { return a + b; }

void execute(const FloatCall& call) {
  execute_pair(call, [](float a, float b) { return a + b; });
}

Result<void> quantize(Lowering& lowering, const Node& node) { return quantize_pair(lowering, node, sum); }

Attributes scaled(const Graph& graph, const Node& node, int32_t left_shift) {
  const auto scale = [&](ValueId id) { return static_cast<double>(scale_of(graph, id)); };
  const double first = scale(node.inputs[0]), second = scale(node.inputs[1]), twice = 2 * std::max(first, second);
  return scaled_pair(graph, node, first / twice, second / twice, twice / ((1 << left_shift) * scale(node.output)));
}

Attributes attributes(const Graph& graph, const Node& node) { return scaled(graph, node, kAddLeftShift); }

Attributes wide_attributes(const Graph& graph, const Node& node) { return scaled(graph, node, kAddInt16LeftShift); }

}  // namespace

namespace operators {
extern const Rules add;
extern const Rules add_int16;
const Rules add = {.op = Op::add,
                   .name = "add",
                   .device_inputs = 2,
                   .least_inputs = 2,
                   .most_inputs = 2,
                   .clamps_last = true,
                   .int16 = Op::add_int16,
                   .shape = pair_shape,
                   .execute = execute,
                   .quantize = quantize,
                   .attributes = attributes};
const Rules add_int16 = {.op = Op::add_int16,
                         .name = "add_int16",
                         .device_inputs = 2,
                         .least_inputs = 2,
                         .most_inputs = 2,
                         .clamps_last = true,
                         .shape = pair_shape,
                         .attributes = wide_attributes};
}  // namespace operators

}  // namespace mote
