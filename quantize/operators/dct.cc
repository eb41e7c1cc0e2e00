// dct: rows of int16 numbers to coefficients; in front ends only (signal/front_end.cc).
#include "quantize/operators/numbers.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  if (node.inputs.size() < 2) return shape_problem("it lacks its matrix");
  return Shape{1, x[1], x[2], graph.values[node.inputs[1]].shape[2]};
}

}  // namespace

namespace operators {
extern const Rules dct;
const Rules dct = {.op = Op::dct,
                   .name = "dct",
                   .device_inputs = 2,
                   .least_inputs = 2,
                   .most_inputs = 2,
                   .shape = shape,
                   .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
