// reduce_max and arg_max: the largest element along a dimension, and where it stands.
#include "device/model/container.h"
#include "quantize/operators/along.h"

namespace mote {

namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  return shape_along(graph, node, node.numbers[attribute::kAlongOuter], node.numbers[attribute::kAlongInner]);
}

}  // namespace

namespace operators {
extern const Rules reduce_max;
extern const Rules arg_max;
const Rules reduce_max = {
    .op = Op::reduce_max, .name = "reduce_max", .device_inputs = 1, .shape = shape, .attributes = numbers_of};
const Rules arg_max = {.op = Op::arg_max, .name = "arg_max", .device_inputs = 1, .shape = shape, .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
