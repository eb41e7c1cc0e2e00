// gather: slices along a dimension.
#include <algorithm>

#include "device/model/container.h"
#include "quantize/calibrate/lowering.h"
#include "quantize/operators/numbers.h"

namespace mote {
namespace {

struct Slices {
  uint64_t outer, axis, inner;
};

Slices slices_of(const Node& node) {
  const auto number = [&](size_t place) { return static_cast<uint64_t>(std::max(node.numbers[place], 0)); };
  return {number(attribute::kGatherOuter), number(attribute::kGatherAxis), number(attribute::kGatherInner)};
}

Result<void> check(const Graph& graph, const Node& node) {
  const auto [outer, axis, inner] = slices_of(node);
  const Value& indices = graph.values[node.inputs[1]];
  if (std::max({outer, axis, inner}) > kMostElements || outer * axis > kMostElements ||
      outer * axis * inner != count_of(graph.values[node.inputs[0]].shape) || outer * indices.integers.size() > kMostElements ||
      outer * indices.integers.size() * inner != count_of(graph.values[node.output].shape))
    return shape_problem("its slices do not fit its input or its output");
  const bool inside = std::all_of(indices.integers.begin(), indices.integers.end(),
                                  [axis = axis](int32_t index) { return index >= 0 && static_cast<uint64_t>(index) < axis; });
  return inside ? Result<void>() : shape_problem("it has an index outside its input");
}

void execute(const FloatCall& call) {
  const auto [outer, axis, inner] = slices_of(call.node);
  float* to = call.output;
  for (uint64_t o = 0; o < outer; ++o)
    for (const int32_t index : call.graph.values[call.node.inputs[1]].integers)
      to = std::copy_n(call.inputs[0] + (o * axis + static_cast<uint64_t>(index)) * inner, inner, to);
}

Result<void> quantize(Lowering& lowering, const Node& node) {
  const Value indices = lowering.from.values[node.inputs[1]];
  TRY_DO(quantize_kept(lowering, node));
  const ValueId constant = lowering.add_constant(indices.name, indices.shape, indices.type, indices.integers);
  lowering.to.nodes.back().inputs[1] = constant;
  return {};
}

}  // namespace

namespace operators {
extern const Rules gather;
const Rules gather = {.op = Op::gather,
                      .name = "gather",
                      .device_inputs = 2,
                      .least_inputs = 2,
                      .most_inputs = 2,
                      .scales = Scales::kept,
                      .int16 = Op::gather,
                      .shape = given_shape,
                      .check = check,
                      .execute = execute,
                      .quantize = quantize,
                      .attributes = numbers_of};
}  // namespace operators

}  // namespace mote
