// log_mel: logarithms of power in bands, of int16 signals; in front ends only (signal/front_end.cc).
#include "device/model/container.h"
#include "quantize/operators/numbers.h"

namespace mote {
namespace {

Result<Shape> shape(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  if (node.inputs.size() < 4) return shape_problem("it lacks a constant");
  const Shape& window = graph.values[node.inputs[input_place::kSignalWindow]].shape;
  const Shape& places = graph.values[node.inputs[input_place::kBandPlaces]].shape;
  const int32_t hop = node.numbers[attribute::kLogMelHop];
  if (hop < 1 || x[2] < window[3])
    return shape_problem("its frame is longer than its signal, or the step between frames is none");
  return Shape{1, 1, (x[2] - window[3]) / static_cast<uint32_t>(hop) + 1, places[3]};
}

}  // namespace

namespace operators {
extern const Rules log_mel;
const Rules log_mel = {.op = Op::log_mel,
                       .name = "log_mel",
                       .device_inputs = 4,
                       .least_inputs = 4,
                       .most_inputs = 4,
                       .shape = shape,
                       .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
