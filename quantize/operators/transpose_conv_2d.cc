// transpose_conv_2d: weights [O, height, width, I]; the output may have any height and width.
#include "quantize/operators/along.h"
#include "quantize/operators/geometry.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  const Shape& weights = graph.values[node.inputs[1]].shape;
  if (x[0] != 1) return shape_problem("the batch is not 1");
  if (weights[3] != x[3])
    return shape_problem("its weights take " + std::to_string(weights[3]) + " channels, its input has " + std::to_string(x[3]));
  const uint64_t height = (uint64_t{x[1]} - 1) * node.stride_height + weights[1];
  const uint64_t width = (uint64_t{x[2]} - 1) * node.stride_width + weights[2];
  if (height > kMostElements || width > kMostElements) return shape_problem("its output is too large");
  const Shape whole = {1, static_cast<uint32_t>(height), static_cast<uint32_t>(width), weights[0]};
  if (node.output >= graph.values.size()) return whole;
  const Shape& given = graph.values[node.output].shape;
  return given[0] == 1 && given[3] == weights[0] ? given : whole;
}

}  // namespace

namespace operators {
extern const Rules transpose_conv_2d;
const Rules transpose_conv_2d = {.op = Op::transpose_conv_2d,
                                 .name = "transpose_conv_2d",
                                 .device_inputs = 4,
                                 .least_inputs = 4,
                                 .most_inputs = 4,
                                 .clamps_last = true,
                                 .shape = shape,
                                 .attributes = convolution_attributes};
}  // namespace operators

}  // namespace mote
