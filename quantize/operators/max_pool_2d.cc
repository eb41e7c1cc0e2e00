// max_pool_2d: the largest value of each window; padding does not take part.
#include <algorithm>
#include <limits>

#include "quantize/calibrate/lowering.h"
#include "quantize/operators/geometry.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  return slide(x, node, node.filter_height, node.filter_width, x[3]);
}

void take_largest(const FloatCall& call, const Taps& rows, const Taps& columns, float* place) {
  const Shape& in = call.input_shape(0);
  for (uint32_t row = rows.begin; row < rows.end; ++row) {
    for (uint32_t column = columns.begin; column < columns.end; ++column) {
      const size_t y = rows.at + row - rows.begin, x = columns.at + column - columns.begin;
      const float* from = call.inputs[0] + (y * in[2] + x) * in[3];
      for (uint32_t c = 0; c < in[3]; ++c) place[c] = std::max(place[c], from[c]);
    }
  }
}

void execute(const FloatCall& call) {
  const Node& node = call.node;
  const Shape &in = call.input_shape(0), &out = call.output_shape();
  for (uint32_t y = 0; y < out[1]; ++y) {
    const Taps rows = taps_at(y, node.stride_height, node.pad_top, node.filter_height, in[1]);
    for (uint32_t x = 0; x < out[2]; ++x) {
      float* place = call.output + (size_t{y} * out[2] + x) * out[3];
      std::fill_n(place, out[3], std::numeric_limits<float>::lowest());
      take_largest(call, rows, taps_at(x, node.stride_width, node.pad_left, node.filter_width, in[2]), place);
      for (uint32_t c = 0; c < out[3]; ++c) place[c] = std::clamp(place[c], node.low, node.high);
    }
  }
}

// A maximum needs no new scale: TensorFlow Lite asks for the same one on both sides.
Result<void> quantize(Lowering& lowering, const Node& node) {
  Node pool = node;
  pool.inputs = {lowering.made[node.inputs[0]]};
  pool.output = lowering.add_activation(node.output, lowering.affine_of(node.inputs[0]));
  lowering.to.nodes.push_back(std::move(pool));
  return {};
}

Attributes attributes(const Graph& graph, const Node& node) {
  const auto [low, high] = clamp_bounds(graph, node);
  return {static_cast<int32_t>(node.filter_height),
          static_cast<int32_t>(node.filter_width),
          static_cast<int32_t>(node.stride_height),
          static_cast<int32_t>(node.stride_width),
          static_cast<int32_t>(node.pad_top),
          static_cast<int32_t>(node.pad_left),
          low,
          high};
}

}  // namespace

namespace operators {
extern const Rules max_pool_2d;
const Rules max_pool_2d = {.op = Op::max_pool_2d,
                           .name = "max_pool_2d",
                           .device_inputs = 1,
                           .clamps_last = true,
                           .shape = shape,
                           .execute = execute,
                           .quantize = quantize,
                           .attributes = attributes};
}  // namespace operators

}  // namespace mote
