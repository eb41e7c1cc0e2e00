// standardize: raw int16 samples to the int8 input, per channel; in front ends only (calibrate/front_end.cc).
#include "quantize/operators/geometry.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  if (node.inputs.size() < 2 || graph.values[node.inputs[1]].shape != Shape{1, 1, 3, x[3]})
    return shape_problem("its constants are not [1, 1, 3, channels]");
  return x;
}

Attributes attributes(const Graph&, const Node&) { return {}; }

}  // namespace

namespace operators {
extern const Rules standardize;
extern const Rules standardize_int16;
const Rules standardize = {.op = Op::standardize,
                           .name = "standardize",
                           .device_inputs = 2,
                           .least_inputs = 2,
                           .most_inputs = 2,
                           .int16 = Op::standardize_int16,
                           .shape = shape,
                           .attributes = attributes};
const Rules standardize_int16 = {.op = Op::standardize_int16,
                                 .name = "standardize_int16",
                                 .device_inputs = 2,
                                 .least_inputs = 2,
                                 .most_inputs = 2,
                                 .shape = shape,
                                 .attributes = attributes};
}  // namespace operators

}  // namespace mote
