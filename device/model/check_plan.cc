// Reads the plan and proves its places: activations and scratch lie in the arena, and what lives in one stage shares no byte (M20
// to M23). Where an output lies over a dying input, check_rows.cc goes on.
#include "device/format/view.h"
#include "device/model/check.h"
#include "device/model/overlays.h"
#include "device/model/sections.h"

namespace mote {
namespace {

// Fields of Plan in model.fbs.
enum PlanField { kArenaBytes, kOffsets, kHeld, kScratch, kStages };

Verdict read_plan(Model* model) {
  const Section section = find_section(model->file, SectionType::plan);
  FlatReader reader{section.data, section.bytes};
  const FlatTable plan = flat_root(&reader);
  const FlatVector offsets = flat_vector(plan, kOffsets, sizeof(uint32_t), alignof(uint32_t));
  const FlatVector held = flat_vector(plan, kHeld, sizeof(uint16_t), alignof(uint16_t));
  const FlatVector scratch = flat_vector(plan, kScratch, sizeof(uint32_t), alignof(uint32_t));
  const FlatVector stages = flat_vector(plan, kStages, sizeof(uint16_t), alignof(uint16_t));
  model->arena_bytes = flat_scalar<uint32_t>(plan, kArenaBytes, 0);
  if (!reader.ok) return broken("M8");
  FileHeader header;
  memcpy(&header, model->file, sizeof header);
  if (model->arena_bytes != header.arena_bytes || model->arena_bytes > kMaxArenaBytes) return broken("M20");
  if (offsets.count != model->tensor_count || held.count != model->tensor_count) return broken("M20");
  if (scratch.count != model->node_count || stages.count < 1 || stages.count > model->node_count) return broken("M20");
  model->offsets = reinterpret_cast<const uint32_t*>(offsets.data);
  model->held = reinterpret_cast<const uint16_t*>(held.data);
  model->scratch = reinterpret_cast<const uint32_t*>(scratch.data);
  model->stages = reinterpret_cast<const uint16_t*>(stages.data);
  model->stage_count = static_cast<uint16_t>(stages.count);
  return {};
}

// Together they are the nodes, and the front end ends where a stage does.
Verdict check_stages(const Model& model) {
  uint32_t end = 0;
  bool front_ends = model.front_nodes == 0;
  for (uint32_t i = 0; i < model.stage_count; ++i) {
    if (model.stages[i] < 1 || model.stages[i] > kMaxStageNodes) return broken("M20");
    end += model.stages[i];
    front_ends = front_ends || end == model.front_nodes;
  }
  return end == model.node_count && front_ends ? Verdict{} : broken("M20");
}

bool is_inside(const Model& model, uint32_t offset, uint64_t bytes) {
  return offset % kAlignment == 0 && offset <= model.arena_bytes && bytes <= model.arena_bytes - offset;
}

bool is_state(const TensorRecord& tensor) { return tensor.kind == static_cast<uint8_t>(TensorKind::state); }

Verdict check_place(const Model& model, uint16_t tensor) {
  const TensorRecord& record = model.tensors[tensor];
  if (record.kind == static_cast<uint8_t>(TensorKind::constant))
    return model.offsets[tensor] == kNoOffset && model.held[tensor] == 0 ? Verdict{} : broken("M21");
  if (model.held[tensor] < 1 || model.held[tensor] > record.shape[1]) return broken("M21");
  if (is_state(record) && model.held[tensor] != record.shape[1]) return broken("M58");
  return is_inside(model, model.offsets[tensor], held_bytes(model, tensor)) ? Verdict{} : broken("M21");
}

bool is_scratch_right(const Model& model, uint32_t node) {
  const uint32_t bytes = scratch_bytes(model, node);
  return bytes == 0 ? model.scratch[node] == kNoOffset : is_inside(model, model.scratch[node], bytes);
}

bool is_output(const Model& model, uint16_t tensor) {
  for (uint32_t i = 0; i < model.output_count; ++i)
    if (model.outputs[i] == tensor) return true;
  return tensor == model.statistics;
}

// Stage i is moment i + 1. What the caller gives lives from moment 0; what the caller is given outlives the last stage; a state
// does both.
Life life_of(const Model& model, uint16_t tensor) {
  if (is_state(model.tensors[tensor])) return {tensor, 0, static_cast<uint8_t>(model.stage_count + 1)};
  Life life{tensor, 0, 0};
  uint32_t node = 0;
  for (uint32_t stage = 0; stage < model.stage_count; ++stage)
    for (const uint32_t end = node + model.stages[stage]; node < end; ++node) {
      const NodeRecord& record = model.nodes[node];
      if (record.output == tensor) life.first = life.last = static_cast<uint8_t>(stage + 1);
      for (uint32_t i = 0; i < record.input_count; ++i)
        if (record.inputs[i] == tensor) life.last = static_cast<uint8_t>(stage + 1);
    }
  if (is_output(model, tensor)) life.last = static_cast<uint8_t>(model.stage_count + 1);
  return life;
}

bool share_bytes(uint32_t a, uint32_t a_bytes, uint32_t b, uint32_t b_bytes) { return a < b + b_bytes && b < a + a_bytes; }

bool share_bytes(const Model& model, uint16_t a, uint16_t b) {
  return share_bytes(model.offsets[a], held_bytes(model, a), model.offsets[b], held_bytes(model, b));
}

// Scratch lives in its node's stage.
bool is_scratch_apart(const Model& model, const Life& life) {
  uint32_t node = 0;
  for (uint32_t stage = 0; stage < model.stage_count; ++stage)
    for (const uint32_t end = node + model.stages[stage]; node < end; ++node) {
      if (stage + 1 < life.first || stage + 1 > life.last || model.scratch[node] == kNoOffset) continue;
      if (share_bytes(model.scratch[node], scratch_bytes(model, node), model.offsets[life.tensor],
                      held_bytes(model, life.tensor)))
        return false;
    }
  return true;
}

// One of two that share a byte is read in the stage for the last time, and the other written there for the first: an overlay, to
// be looked at row by row.
bool may_be_overlay(const Life& a, const Life& b) {
  return (a.last == b.first && a.first < b.first) || (b.last == a.first && b.first < a.first);
}

Verdict check_lives(const Model& model, Overlays* overlays) {
  Life lives[kMaxLives];
  uint32_t count = 0;
  for (uint16_t i = 0; i < model.tensor_count; ++i) {
    if (model.tensors[i].kind == static_cast<uint8_t>(TensorKind::constant)) continue;
    if (count == kMaxLives) return broken("M9");
    const Life life = life_of(model, i);
    if (!is_scratch_apart(model, life)) return broken("M23");
    for (uint32_t j = 0; j < count; ++j) {
      const Life& other = lives[j];
      if (life.first > other.last || other.first > life.last || !share_bytes(model, life.tensor, other.tensor)) continue;
      if (!may_be_overlay(life, other)) return broken("M22");
      const bool newer = life.first > other.first;
      if (!overlays->add(newer ? life.tensor : other.tensor, newer ? other.tensor : life.tensor)) return broken("M22");
    }
    lives[count++] = life;
  }
  return {};
}

}  // namespace

Verdict check_plan(Model* model) {
  if (const Verdict verdict = read_plan(model); !verdict.good()) return verdict;
  if (const Verdict verdict = check_stages(*model); !verdict.good()) return verdict;
  for (uint16_t i = 0; i < model->tensor_count; ++i)
    if (const Verdict verdict = check_place(*model, i); !verdict.good()) return verdict;
  for (uint32_t node = 0; node < model->node_count; ++node)
    if (!is_scratch_right(*model, node)) return broken("M23");
  Overlays overlays;
  if (const Verdict verdict = check_lives(*model, &overlays); !verdict.good()) return verdict;
  return check_rows(*model, overlays);
}

}  // namespace mote
