// prelu: slopes of what is negative, a constant that is repeated over the input.
#include "quantize/operators/along.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  if (count_of(x) % count_of(graph.values[node.inputs[1]].shape) != 0)
    return shape_problem("its slopes cannot be repeated over its input");
  return x;
}

}  // namespace

namespace operators {
extern const Rules prelu;
const Rules prelu = {.op = Op::prelu,
                     .name = "prelu",
                     .device_inputs = 2,
                     .least_inputs = 2,
                     .most_inputs = 2,
                     .shape = shape,
                     .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
