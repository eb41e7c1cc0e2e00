// Operators whose nodes carry the device's attributes and whose outputs the importer has shaped.
#pragma once

#include "quantize/operators/geometry.h"

namespace mote {

// The shape that the output has: nothing of the inputs' says what it must be.
inline Result<Shape> given_shape(const Graph& graph, const Node& node) {
  if (node.output >= graph.values.size()) return shape_problem("the shape of its output does not follow from its inputs");
  return graph.values[node.output].shape;
}

// As given_shape, and there are as many elements as in the input.
inline Result<Shape> same_count_shape(const Graph& graph, const Node& node) {
  TRY(const Shape shape, given_shape(graph, node));
  if (count_of(shape) != count_of(graph.values[node.inputs[0]].shape))
    return shape_problem("its output has another number of elements than its input");
  return shape;
}

inline Result<Shape> first_shape(const Graph& graph, const Node& node) { return graph.values[node.inputs[0]].shape; }

inline Attributes numbers_of(const Graph&, const Node& node) { return node.numbers; }

}  // namespace mote
