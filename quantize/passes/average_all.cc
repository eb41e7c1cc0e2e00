// An average pool of a single window becomes a mean.
#include "quantize/passes/passes.h"

namespace mote {
namespace {

bool sees_all(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[node.inputs[0]].shape;
  const Node plain;
  return node.filter_height == x[1] && node.filter_width == x[2] &&
         node.pad_top + node.pad_left + node.pad_bottom + node.pad_right == 0 && node.low == plain.low && node.high == plain.high;
}

}  // namespace

//     %1 = average_pool_2d(%0) filter=[H,W]               %1 = mean(%0)
//     return %1                                  =>       return %1
//
// Where the window is the whole of its input. A pool on int8 keeps its input's scale, although averages vary much less than what
// they are taken of; a mean has its own.
int average_all(Graph& graph) {
  int changed = 0;
  for (Node& node : graph.nodes) {
    if (node.op != Op::average_pool_2d || !sees_all(graph, node)) continue;
    node = {.op = Op::mean, .inputs = node.inputs, .output = node.output};
    ++changed;
  }
  return changed;
}

}  // namespace mote
