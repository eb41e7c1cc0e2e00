// Walks over the nodes of a model. Nothing is checked here: the verifier has proven that nothing needs to be.
#include "device/runtime/run.h"

#include "device/kernels/operators.h"

namespace mote {
namespace {

void run_nodes(const Model& model, uint32_t first, uint32_t end) {
  for (uint32_t i = first; i < end; ++i) {
    const NodeView node{&model, &model.nodes[i]};
    find_operator(node.record->operator_code)->run(node);
  }
}

}  // namespace

void run_front_end(const Model& model) { run_nodes(model, 0, model.front_nodes); }

void run_model(const Model& model) { run_nodes(model, model.front_nodes, model.node_count); }

}  // namespace mote
