// requantize: from one scale to another, and between int8 and int16; on the way to int16 also what a lookup is on int8.
#include "quantize/calibrate/affine.h"
#include "quantize/calibrate/lowering.h"
#include "quantize/operators/along.h"

namespace mote {
namespace {

Attributes attributes(const Graph& graph, const Node& node) {
  const auto scale = [&](ValueId id) { return static_cast<double>(graph.values[id].quantization.scale[0]); };
  const Multiplier multiplier = quantize_multiplier(scale(node.inputs[0]) / scale(node.output));
  const auto [low, high] = clamp_bounds(graph, node);
  return {multiplier.value, multiplier.shift, low, high, 0, 0, 0, 0};
}

}  // namespace

namespace operators {
extern const Rules requantize;
const Rules requantize = {.op = Op::requantize,
                          .name = "requantize",
                          .device_inputs = 1,
                          .clamps_last = true,
                          .int16 = Op::requantize,
                          .shape = first_shape,
                          .attributes = attributes};
}  // namespace operators

}  // namespace mote
