// The shape of what is left of a dimension.
#include "quantize/operators/along.h"

namespace mote {

Result<Shape> shape_along(const Graph& graph, const Node& node, int32_t outer, int32_t inner) {
  const uint64_t count = count_of(graph.values[node.inputs[0]].shape);
  if (outer < 1 || inner < 1 || count % (static_cast<uint64_t>(outer) * static_cast<uint64_t>(inner)) != 0)
    return shape_problem("its input cannot be seen along a dimension as it says");
  const auto rows = static_cast<uint32_t>(outer), columns = static_cast<uint32_t>(inner);
  return shape_with(graph, node, uint64_t{rows} * columns, {1, 1, rows, columns});
}

}  // namespace mote
