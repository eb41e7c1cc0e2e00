// Operators on two operands, the second of which may be shorter than the first (device/kernels/pairs.h).
#pragma once

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

inline float scale_of(const Graph& graph, ValueId id) { return graph.values[id].quantization.scale[0]; }

// Both operands and what is made of them, scaled, and the fused clamp (attribute::Add).
inline Attributes scaled_pair(const Graph& graph, const Node& node, double first, double second, double made) {
  const Multiplier a = quantize_multiplier(first), b = quantize_multiplier(second), c = quantize_multiplier(made);
  const auto [low, high] = clamp_bounds(graph, node);
  return {a.value, a.shift, b.value, b.shift, c.value, c.shift, low, high};
}

}  // namespace mote
