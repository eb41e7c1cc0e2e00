// Walks over the stages of a model. Nothing is checked here: the verifier has proven that nothing needs to be.
#include "device/runtime/run.h"

#include <string.h>

#include "device/model/stages.h"

namespace mote {
namespace {

void run_stage(const Model& model, Stage stage) {
  Roll(model, stage).run([&model](uint32_t node, RowRange rows) {
    const NodeRecord& record = model.nodes[node];
    find_kernel(model, record)->run({&model, &record, rows});
    return true;
  });
}

// The stages of the nodes [first, end); both are borders of stages.
void run_nodes(const Model& model, uint32_t first, uint32_t end) {
  uint32_t node = 0;
  for (uint32_t i = 0; node < end; ++i) {
    const Stage stage{node, node + model.stages[i]};
    if (stage.first >= first) run_stage(model, stage);
    node = stage.end;
  }
}

}  // namespace

void reset_states(const Model& model) {
  for (uint16_t i = 0; i < model.tensor_count; ++i) {
    const TensorRecord& tensor = model.tensors[i];
    if (tensor.kind != static_cast<uint8_t>(TensorKind::state)) continue;
    if (tensor.offset == kNoOffset)
      memset(activation(model, i), tensor.zero_point, byte_count(tensor));
    else
      memcpy(activation(model, i), model.weights + tensor.offset, byte_count(tensor));
  }
}

void run_front_end(const Model& model) { run_nodes(model, 0, model.front_nodes); }

void run_model(const Model& model) { run_nodes(model, model.front_nodes, model.node_count); }

}  // namespace mote
