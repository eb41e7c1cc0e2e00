// fully_connected: weights [1, 1, O, I]; the input is read flat, in the order height, width, channels.
#include "quantize/calibrate/weights.h"
#include "quantize/operators/blocks.h"
#include "quantize/operators/geometry.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  const Shape& weights = graph.values[node.inputs[1]].shape;
  if (weights[0] != 1 || weights[1] != 1 || weights[3] != count_of(x))
    return shape_problem("its weights are not [1, 1, outputs, " + std::to_string(count_of(x)) + "]");
  if (node.inputs.size() > 2 && !is_row(graph.values[node.inputs[2]].shape, weights[2]))
    return shape_problem("its bias does not have one value per output");
  return Shape{1, 1, 1, weights[2]};
}

std::vector<float> pack(const Graph& graph, const Node& node) {
  const Value& weights = graph.values[node.inputs[1]];
  return pack_blocks(weights.floats, weights.shape[2]);
}

void execute(const FloatCall& call) {
  const uint32_t outputs = call.input_shape(1)[2], inputs = call.input_shape(1)[3];
  const float* bias = call.inputs.size() > 2 ? call.inputs[2] : nullptr;
  for (uint32_t first = 0; first < outputs; first += kBlock) {
    Block block;
    block.accumulate(call.inputs[0], call.packed + size_t{first} * inputs, inputs);
    block.store(call.output + first, bias == nullptr ? nullptr : bias + first, std::min(kBlock, outputs - first), call.node.low,
                call.node.high);
  }
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  const Shape& weights = lowering.from.values[node.inputs[1]].shape;
  const std::vector<double>& means = lowering.calibration.values[node.inputs[0]].means;
  return quantize_weighted(lowering, node,
                           {.channels = weights[2],
                            .taps = weights[3],
                            .channel_stride = weights[3],
                            .tap_stride = 1,
                            .siblings = weights[2],
                            .input_mean = [&means](uint32_t, uint32_t tap) { return means[tap]; }});
}

Attributes attributes(const Graph& graph, const Node& node) {
  const auto [low, high] = clamp_bounds(graph, node);
  return {low, high, 0, 0, 0, 0, 0, 0};
}

}  // namespace

namespace operators {
extern const Rules fully_connected;
extern const Rules fully_connected_int16;
const Rules fully_connected = {.op = Op::fully_connected,
                               .name = "fully_connected",
                               .device_inputs = 4,
                               .least_inputs = 2,
                               .most_inputs = 3,
                               .clamps_last = true,
                               .int16 = Op::fully_connected_int16,
                               .shape = shape,
                               .pack = pack,
                               .execute = execute,
                               .quantize = quantize,
                               .attributes = attributes};
const Rules fully_connected_int16 = {.op = Op::fully_connected_int16,
                                     .name = "fully_connected_int16",
                                     .device_inputs = 4,
                                     .least_inputs = 4,
                                     .most_inputs = 4,
                                     .clamps_last = true,
                                     .shape = shape,
                                     .attributes = attributes};
}  // namespace operators

}  // namespace mote
