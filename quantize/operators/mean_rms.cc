// mean_rms: the monitored scalars of raw samples, per channel; in front ends only (calibrate/front_end.cc).
#include "quantize/operators/geometry.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  if (x[0] != 1) return shape_problem("the batch is not 1");
  return Shape{1, 1, 1, 2 * x[3]};
}

Attributes attributes(const Graph&, const Node&) { return {}; }

}  // namespace

namespace operators {
extern const Rules mean_rms;
const Rules mean_rms = {.op = Op::mean_rms, .name = "mean_rms", .device_inputs = 1, .shape = shape, .attributes = attributes};
}  // namespace operators

}  // namespace mote
