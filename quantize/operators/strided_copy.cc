// strided_copy: elements of the input at even distances.
#include "quantize/operators/moving.h"
#include "quantize/operators/numbers.h"

namespace mote {
namespace {

Result<Strided> walk_of(const Graph& graph, const Node& node) {
  return strided_walk(node, count_of(graph.values[node.output].shape), count_of(graph.values[node.inputs[0]].shape));
}

Result<void> check(const Graph& graph, const Node& node) {
  const Result<Strided> walk = walk_of(graph, node);
  return walk.ok() ? Result<void>() : walk.error();
}

void execute(const FloatCall& call) {
  walk(walk_of(call.graph, call.node).value(), [&](size_t dense, size_t at) { call.output[dense] = call.inputs[0][at]; });
}

}  // namespace

namespace operators {
extern const Rules strided_copy;
const Rules strided_copy = {.op = Op::strided_copy,
                            .name = "strided_copy",
                            .device_inputs = 1,
                            .scales = Scales::kept,
                            .int16 = Op::strided_copy,
                            .shape = given_shape,
                            .check = check,
                            .execute = execute,
                            .quantize = quantize_kept,
                            .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
