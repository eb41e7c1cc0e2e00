// Walks over the stages of a model. Nothing is checked here: the verifier has proven that nothing needs to be.
#include "device/runtime/run.h"

#include <string.h>

namespace mote {
namespace {

// Before the nodes [first, end); both are borders of stages.
void begin(OpenModel* open, uint32_t first, uint32_t end) {
  Walk* walk = &open->walk;
  *walk = {0, 0, static_cast<uint16_t>(end), {}};
  while (walk->node < first) walk->node = static_cast<uint16_t>(walk->node + open->model.stages[walk->stage++]);
}

void call(const OpenModel& open, uint32_t node, RowRange rows) {
  const NodeRecord& record = open.model.nodes[node];
  const Kernel* kernel = find_kernel(open.model, record);
  if (open.hook == nullptr) return kernel->run({&open.model, &record, rows});
  const mote_call now = {static_cast<uint16_t>(node), record.operator_code, static_cast<uint16_t>(rows.first),
                         static_cast<uint16_t>(rows.end)};
  open.hook(open.context, MOTE_CALL_BEGINS, &now);
  kernel->run({&open.model, &record, rows});
  open.hook(open.context, MOTE_CALL_ENDS, &now);
}

void begin_next_stage(OpenModel* open, Stage before) {
  ++open->walk.stage;
  open->walk.node = static_cast<uint16_t>(before.end);
  open->walk.progress = {};
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

void begin_front_end(OpenModel* open) { begin(open, 0, open->model.front_nodes); }

void begin_model(OpenModel* open) { begin(open, open->model.front_nodes, open->model.node_count); }

bool step(OpenModel* open) {
  Walk* walk = &open->walk;
  if (walk->node >= walk->end) return false;
  const Stage stage{walk->node, uint32_t{walk->node} + open->model.stages[walk->stage]};
  const bool alone = stage.end - stage.first == 1;
  Roll roll(open->model, stage, &walk->progress);
  uint32_t node = stage.first;
  RowRange rows{0, height_of(open->model, open->model.nodes[node])};
  if (alone || roll.next(&node, &rows)) {
    call(*open, node, rows);
    roll.advance(node, rows);
  }
  if (alone || roll.is_over()) begin_next_stage(open, stage);
  return walk->node < walk->end;
}

}  // namespace mote
