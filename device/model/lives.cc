// Finds from a model's nodes and stages when its activations live.
#include "device/model/lives.h"

namespace mote {
namespace {

bool is_state(const Model& model, uint16_t tensor) {
  return model.tensors[tensor].kind == static_cast<uint8_t>(TensorKind::state);
}

bool outlives(const Model& model, uint16_t tensor) {
  for (uint32_t i = 0; i < model.output_count; ++i)
    if (model.outputs[i] == tensor) return true;
  return tensor == model.statistics || is_state(model, tensor);
}

}  // namespace

bool share_bytes(const Model& model, uint16_t a, uint16_t b) {
  return model.offsets[a] < model.offsets[b] + held_bytes(model, b) && model.offsets[b] < model.offsets[a] + held_bytes(model, a);
}

Lives::Lives(const Model& model) : model_(model) {
  for (uint32_t i = 0; i < count(); ++i) first_[i] = 0, last_[i] = 0;
  uint32_t node = 0;
  for (uint32_t stage = 0; stage < model.stage_count; ++stage)
    for (const uint32_t end = node + model.stages[stage]; node < end; ++node) {
      const NodeRecord& record = model.nodes[node];
      first_[node] = static_cast<uint8_t>(stage + 1);
      last_[node] = static_cast<uint8_t>(stage + 1);
      for (uint32_t i = 0; i < record.input_count; ++i)
        if (is_activation(model.tensors[record.inputs[i]])) lasts(record.inputs[i], stage + 1);
    }
  for (uint32_t i = 0; i < count(); ++i) {
    if (outlives(model, tensor(i))) last_[i] = static_cast<uint8_t>(model.stage_count + 1);
    if (is_state(model, tensor(i))) first_[i] = 0;
  }
}

uint16_t Lives::tensor(uint32_t i) const {
  if (i < model_.node_count) return model_.nodes[i].output;
  return has_front_end(model_) ? model_.raw_input : model_.inputs[i - model_.node_count];
}

void Lives::lasts(uint16_t read, uint32_t moment) {
  for (uint32_t i = 0; i < count(); ++i)
    if (tensor(i) == read) last_[i] = static_cast<uint8_t>(moment);
}

uint16_t Lives::below(uint32_t node) const {
  const Life above = at(node);
  for (uint32_t i = 0; i < count(); ++i)
    if (const Life other = at(i); may_lie_over(above, other) && share_bytes(model_, above.tensor, other.tensor))
      return other.tensor;
  return kNoTensor;
}

}  // namespace mote
