// Operators on integers that work along one dimension, or whose outputs may have any shape of their size.
#pragma once

#include "quantize/operators/numbers.h"

namespace mote {

// The output's own shape when it has `count` elements, else `fallback`.
inline Shape shape_with(const Graph& graph, const Node& node, uint64_t count, Shape fallback) {
  if (node.output >= graph.values.size()) return fallback;
  const Shape& given = graph.values[node.output].shape;
  return count_of(given) == count ? given : fallback;
}

// [outer, inner] of an input seen as [outer, n, inner].
Result<Shape> shape_along(const Graph& graph, const Node& node, int32_t outer, int32_t inner);

}  // namespace mote
