// spectral_features: what whole int16 windows look like; in front ends only (signal/front_end.cc).
#include "device/kernels/spectral_features/spectral_features.h"

#include "device/model/container.h"
#include "quantize/operators/numbers.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  if (node.inputs.size() < 3) return shape_problem("it lacks a constant");
  return Shape{1, 1, 1, x[3] * (kFeatureBands + graph.values[node.inputs[input_place::kBandPlaces]].shape[3])};
}

}  // namespace

namespace operators {
extern const Rules spectral_features;
const Rules spectral_features = {.op = Op::spectral_features,
                                 .name = "spectral_features",
                                 .device_inputs = 3,
                                 .least_inputs = 3,
                                 .most_inputs = 3,
                                 .shape = shape,
                                 .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
