// strided_place: a part written into a base.
#include <algorithm>

#include "quantize/calibrate/tabulate.h"
#include "quantize/operators/moving.h"
#include "quantize/operators/numbers.h"

namespace mote {
namespace {

Result<Strided> walk_of(const Graph& graph, const Node& node) {
  return strided_walk(node, count_of(graph.values[node.inputs[1]].shape), count_of(graph.values[node.output].shape));
}

Result<void> check(const Graph& graph, const Node& node) {
  const Result<Strided> walk = walk_of(graph, node);
  return walk.ok() ? Result<void>() : walk.error();
}

void execute(const FloatCall& call) {
  std::copy_n(call.inputs[0], count_of(call.output_shape()), call.output);
  walk(walk_of(call.graph, call.node).value(), [&](size_t dense, size_t at) { call.output[at] = call.inputs[1][dense]; });
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  const Affine affine = lowering.measured_affine(node.output);
  Node place = node;
  for (ValueId& input : place.inputs) input = operand_in(lowering, input, affine);
  place.output = lowering.add_activation(node.output, affine);
  lowering.to.nodes.push_back(std::move(place));
  return {};
}

}  // namespace

namespace operators {
extern const Rules strided_place;
const Rules strided_place = {.op = Op::strided_place,
                             .name = "strided_place",
                             .device_inputs = 2,
                             .least_inputs = 2,
                             .most_inputs = 2,
                             .scales = Scales::joined,
                             .int16 = Op::strided_place,
                             .shape = first_shape,
                             .check = check,
                             .execute = execute,
                             .quantize = quantize,
                             .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
