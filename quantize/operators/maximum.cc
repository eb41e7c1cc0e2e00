// maximum: the larger of two.
#include "quantize/operators/pairs.h"

namespace mote {
namespace {

double larger(double a, double b) { return a > b ? a : b; }

void execute(const FloatCall& call) {
  execute_pair(call, [](float a, float b) { return a > b ? a : b; });
}

Result<void> quantize(Lowering& lowering, const Node& node) { return quantize_pair(lowering, node, larger); }

Attributes attributes(const Graph&, const Node&) { return {}; }

}  // namespace

namespace operators {
extern const Rules maximum;
const Rules maximum = {.op = Op::maximum,
                       .name = "maximum",
                       .device_inputs = 2,
                       .least_inputs = 2,
                       .most_inputs = 2,
                       .scales = Scales::joined,
                       .shape = pair_shape,
                       .execute = execute,
                       .quantize = quantize,
                       .attributes = attributes};
}  // namespace operators

}  // namespace mote
