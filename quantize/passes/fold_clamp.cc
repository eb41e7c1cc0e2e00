// An activation moves into the operator that feeds it.
#include <algorithm>

#include "quantize/operators/rules.h"
#include "quantize/passes/passes.h"

namespace mote {

//     %3 = conv_2d(%0, %1, %2)                   %3 = conv_2d(%0, %1, %2) clamp=[0,6]
//     %4 = clamp(%3) clamp=[0,6]          =>     return %3
//     return %4
//
// Sound because such an operator clamps after everything else it does. Saves one buffer and one walk over the data, and ranges
// are then measured after the clamp. Two clamps without a common value leave the one bound that the later of them would give.
int fold_clamp(Graph& graph) {
  int folded = 0;
  for (size_t i = 0; i < graph.nodes.size();) {
    const Node clamp = graph.nodes[i];
    Node* into = clamp.op == Op::clamp ? producer(graph, clamp.inputs[0]) : nullptr;
    if (into == nullptr || !rules(into->op).clamps_last || uses(graph, into->output) != 1) {
      ++i;
      continue;
    }
    into->low = std::clamp(into->low, clamp.low, clamp.high);
    into->high = std::clamp(into->high, clamp.low, clamp.high);
    graph.nodes.erase(graph.nodes.begin() + static_cast<ptrdiff_t>(i));
    replace_uses(graph, clamp.output, clamp.inputs[0]);
    ++folded;
  }
  return folded;
}

}  // namespace mote
