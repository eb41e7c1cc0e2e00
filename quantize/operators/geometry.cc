// The shape that a sliding window gives, and what pools share.
#include "quantize/operators/geometry.h"

#include "quantize/calibrate/lowering.h"

namespace mote {
namespace {

// How many places a filter has along one axis; 0 when it has none or a margin is as wide as the filter.
uint32_t places(uint32_t input, uint64_t filter, uint32_t stride, uint32_t before, uint32_t after) {
  const uint64_t padded = uint64_t{input} + before + after;
  if (filter == 0 || stride == 0 || filter > padded || before >= filter || after >= filter) return 0;
  return static_cast<uint32_t>((padded - filter) / stride + 1);
}

uint64_t reach(uint32_t filter, uint32_t dilation) { return filter == 0 ? 0 : uint64_t{filter - 1} * dilation + 1; }

// 0 where there is none, so that it is written in one way only.
int32_t dilation_attribute(uint32_t dilation) { return dilation == 1 ? 0 : static_cast<int32_t>(dilation); }

}  // namespace

Result<Shape> slide(const Shape& input, const Node& node, uint32_t filter_height, uint32_t filter_width, uint32_t channels) {
  if (input[0] != 1) return shape_problem("the batch is not 1");
  const uint32_t height =
      places(input[1], reach(filter_height, node.dilation_height), node.stride_height, node.pad_top, node.pad_bottom);
  const uint32_t width =
      places(input[2], reach(filter_width, node.dilation_width), node.stride_width, node.pad_left, node.pad_right);
  if (height == 0 || width == 0)
    return shape_problem("the filter is larger than the padded input, or no larger than the padding");
  return Shape{1, height, width, channels};
}

Attributes convolution_attributes(const Graph& graph, const Node& node) {
  const auto [low, high] = clamp_bounds(graph, node);
  return {static_cast<int32_t>(node.stride_height),
          static_cast<int32_t>(node.stride_width),
          static_cast<int32_t>(node.pad_top),
          static_cast<int32_t>(node.pad_left),
          low,
          high,
          dilation_attribute(node.dilation_height),
          dilation_attribute(node.dilation_width)};
}

Attributes pool_attributes(const Graph& graph, const Node& node) {
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

Result<Shape> pool_shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  return slide(x, node, node.filter_height, node.filter_width, x[3]);
}

Result<void> quantize_kept(Lowering& lowering, const Node& node) {
  Node kept = node;
  kept.inputs[0] = lowering.made[node.inputs[0]];
  kept.output = lowering.add_activation(node.output, lowering.affine_of(node.inputs[0]));
  lowering.to.nodes.push_back(std::move(kept));
  return {};
}

bool is_row(const Shape& shape, uint32_t channels) { return shape == Shape{1, 1, 1, channels}; }

}  // namespace mote
