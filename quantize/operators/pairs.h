// Operators on two operands, the second of which may be shorter than the first (device/kernels/pairs.h).
#pragma once

#include <algorithm>

#include "quantize/calibrate/affine.h"
#include "quantize/calibrate/lowering.h"
#include "quantize/operators/geometry.h"

namespace mote {

inline Result<Shape> pair_shape(const Graph& graph, const Node& node) {
  const Shape &first = graph.values[node.inputs[0]].shape, &second = graph.values[node.inputs[1]].shape;
  const uint64_t run = count_of(second);
  if (run == 0 || count_of(first) % run != 0) return shape_problem("its second input does not meet its first evenly");
  return first;
}

// The float arithmetic, element by element, and the fused clamp.
template <typename Pair>
void execute_pair(const FloatCall& call, Pair pair) {
  const uint64_t count = count_of(call.output_shape()), run = count_of(call.input_shape(1));
  for (uint64_t i = 0; i < count; ++i)
    call.output[i] = std::clamp(pair(call.inputs[0][i], call.inputs[1][i % run]), call.node.low, call.node.high);
}

// The scale of an operand: of an activation the one it has, of a constant one for its ends.
Affine operand_affine(const Lowering& lowering, ValueId of);

// The int8 operator on two activations, or on one and a constant; with a single constant it is a lookup. Operands of an operator
// whose scales are joined come to the scale of its output.
Result<void> quantize_pair(Lowering& lowering, const Node& node, double (*pair)(double, double));

inline float scale_of(const Graph& graph, ValueId id) { return graph.values[id].quantization.scale[0]; }

// Both operands and what is made of them, scaled, and the fused clamp (attribute::Add).
inline Attributes scaled_pair(const Graph& graph, const Node& node, double first, double second, double made) {
  const Multiplier a = quantize_multiplier(first), b = quantize_multiplier(second), c = quantize_multiplier(made);
  const auto [low, high] = clamp_bounds(graph, node);
  return {a.value, a.shift, b.value, b.shift, c.value, c.shift, low, high};
}

}  // namespace mote
