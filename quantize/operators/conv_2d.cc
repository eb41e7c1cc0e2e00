// conv_2d: weights [O, height, width, I]; a one-dimensional convolution has height 1.
#include "quantize/calibrate/weights.h"
#include "quantize/operators/blocks.h"
#include "quantize/operators/geometry.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  const Shape& weights = graph.values[node.inputs[1]].shape;
  if (weights[3] != x[3])
    return shape_problem("its weights take " + std::to_string(weights[3]) + " channels, its input has " + std::to_string(x[3]));
  if (node.inputs.size() > 2 && !is_row(graph.values[node.inputs[2]].shape, weights[0]))
    return shape_problem("its bias does not have one value per output channel");
  return slide(x, node, weights[1], weights[2], weights[0]);
}

std::vector<float> pack(const Graph& graph, const Node& node) {
  const Value& weights = graph.values[node.inputs[1]];
  return pack_blocks(weights.floats, weights.shape[0]);
}

void execute(const FloatCall& call) {
  const Node& node = call.node;
  const Shape &in = call.input_shape(0), &filter = call.input_shape(1), &out = call.output_shape();
  const float* bias = call.inputs.size() > 2 ? call.inputs[2] : nullptr;
  const size_t taps = size_t{filter[1]} * filter[2] * filter[3];
  for (uint32_t y = 0; y < out[1]; ++y) {
    const Taps rows = taps_at(y, node.stride_height, node.pad_top, filter[1], in[1]);
    for (uint32_t x = 0; x < out[2]; ++x) {
      const Taps columns = taps_at(x, node.stride_width, node.pad_left, filter[2], in[2]);
      const size_t run = size_t{columns.end - columns.begin} * in[3];  // taps of one row lie side by side
      float* place = call.output + (size_t{y} * out[2] + x) * out[3];
      for (uint32_t first = 0; first < out[3]; first += kBlock) {
        const float* weights = call.packed + first * taps;
        Block block;
        for (uint32_t row = rows.begin; row < rows.end; ++row)
          block.accumulate(call.inputs[0] + ((rows.at + row - rows.begin) * size_t{in[2]} + columns.at) * in[3],
                           weights + (size_t{row} * filter[2] + columns.begin) * filter[3] * kBlock, run);
        block.store(place + first, bias == nullptr ? nullptr : bias + first, std::min(kBlock, out[3] - first), node.low,
                    node.high);
      }
    }
  }
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  const Shape& weights = lowering.from.values[node.inputs[1]].shape;
  const uint32_t taps = weights[1] * weights[2] * weights[3];
  const std::vector<double> means = channel_means(lowering, node.inputs[0]);
  return quantize_weighted(lowering, node,
                           {.channels = weights[0],
                            .taps = taps,
                            .channel_stride = taps,
                            .tap_stride = 1,
                            .input_mean = [means](uint32_t, uint32_t tap) { return means[tap % means.size()]; }});
}

}  // namespace

namespace operators {
extern const Rules conv_2d;
const Rules conv_2d = {.op = Op::conv_2d,
                       .name = "conv_2d",
                       .device_inputs = 4,
                       .least_inputs = 2,
                       .most_inputs = 3,
                       .clamps_last = true,
                       .shape = shape,
                       .pack = pack,
                       .execute = execute,
                       .quantize = quantize,
                       .attributes = convolution_attributes};
}  // namespace operators

}  // namespace mote
