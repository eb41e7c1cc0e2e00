// resize_bilinear: the output may have any height and width.
#include "quantize/operators/along.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  if (x[0] != 1) return shape_problem("the batch is not 1");
  if (node.output >= graph.values.size()) return x;
  const Shape& given = graph.values[node.output].shape;
  return given[0] == 1 && given[3] == x[3] ? given : x;
}

}  // namespace

namespace operators {
extern const Rules resize_bilinear;
const Rules resize_bilinear = {
    .op = Op::resize_bilinear, .name = "resize_bilinear", .device_inputs = 1, .shape = shape, .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
