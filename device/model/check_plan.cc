// Reads the plan and proves its places: activations and scratch lie in the arena, and what lives in one stage shares no byte (M20
// to M23). Where an output lies over a dying input, check_rows.cc goes on.
#include "device/format/view.h"
#include "device/model/check.h"
#include "device/model/lives.h"
#include "device/model/sections.h"

namespace mote {
namespace {

// Fields of Plan in model.fbs.
enum PlanField { kArenaBytes, kOffsets, kHeld, kScratch, kStages };

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

bool share_bytes(uint32_t a, uint32_t a_bytes, uint32_t b, uint32_t b_bytes) { return a < b + b_bytes && b < a + a_bytes; }

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

// Of two that share a byte, one lies over the other, which is then looked at row by row; and none lies over two.
Verdict check_lives(const Model& model, const Lives& lives) {
  for (uint32_t i = 0; i < lives.count(); ++i) {
    const Life life = lives.at(i);
    if (!is_scratch_apart(model, life)) return broken("M23");
    uint32_t below = 0;
    for (uint32_t j = 0; j < lives.count(); ++j) {
      const Life other = lives.at(j);
      if (i == j || !meet(life, other) || !share_bytes(model, life.tensor, other.tensor)) continue;
      if (may_lie_over(life, other))
        ++below;
      else if (!may_lie_over(other, life))
        return broken("M22");
    }
    if (below > 1) return broken("M22");
  }
  return {};
}

}  // namespace

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

Verdict check_plan(const Model& model) {
  if (const Verdict verdict = check_stages(model); !verdict.good()) return verdict;
  for (uint16_t i = 0; i < model.tensor_count; ++i)
    if (const Verdict verdict = check_place(model, i); !verdict.good()) return verdict;
  for (uint32_t node = 0; node < model.node_count; ++node)
    if (!is_scratch_right(model, node)) return broken("M23");
  const Lives lives(model);
  if (const Verdict verdict = check_lives(model, lives); !verdict.good()) return verdict;
  return check_rows(model, lives);
}

}  // namespace mote
