// Proves the plan: activations lie in the arena, and two that live at the same time never overlap (M20 to M23).
#include "device/format/view.h"
#include "device/model/check.h"
#include "device/model/sections.h"

namespace mote {
namespace {

// Fields of Plan in model.fbs.
enum PlanField { kArenaBytes, kOffsets, kScratchOffset, kScratchBytes };

// An activation from the node that writes it to the last that reads it; both must not be disturbed.
struct Life {
  uint16_t tensor;
  uint8_t first, last;  // nodes
};

constexpr uint32_t kMaxLives = kMaxNodes + kMaxEnds;  // each node writes one, the caller gives the inputs

Verdict read_plan(Model* model) {
  const Section section = find_section(model->file, SectionType::plan);
  FlatReader reader{section.data, section.bytes};
  const FlatTable plan = flat_root(&reader);
  const FlatVector offsets = flat_vector(plan, kOffsets, sizeof(uint32_t), alignof(uint32_t));
  model->arena_bytes = flat_scalar<uint32_t>(plan, kArenaBytes, 0);
  const uint32_t scratch_offset = flat_scalar<uint32_t>(plan, kScratchOffset, 0);
  const uint32_t scratch_bytes = flat_scalar<uint32_t>(plan, kScratchBytes, 0);
  if (!reader.ok) return broken("M8");
  FileHeader header;
  memcpy(&header, model->file, sizeof header);
  if (model->arena_bytes != header.arena_bytes || model->arena_bytes > kMaxArenaBytes) return broken("M20");
  if (offsets.count != model->tensor_count) return broken("M20");
  if (scratch_offset != 0 || scratch_bytes != 0) return broken("M23");
  model->offsets = reinterpret_cast<const uint32_t*>(offsets.data);
  return {};
}

Verdict check_place(const Model& model, uint16_t tensor) {
  const uint32_t offset = model.offsets[tensor];
  const TensorRecord& record = model.tensors[tensor];
  if (record.kind == static_cast<uint8_t>(TensorKind::constant)) return offset == kNoOffset ? Verdict{} : broken("M21");
  if (offset % kAlignment != 0 || offset > model.arena_bytes) return broken("M21");
  return byte_count(record) <= model.arena_bytes - offset ? Verdict{} : broken("M21");
}

bool reads(const NodeRecord& node, uint16_t tensor) {
  for (uint32_t i = 0; i < node.input_count; ++i)
    if (node.inputs[i] == tensor) return true;
  return false;
}

bool is_output(const Model& model, uint16_t tensor) {
  for (uint32_t i = 0; i < model.output_count; ++i)
    if (model.outputs[i] == tensor) return true;
  return false;
}

// What the caller gives lives from the start; what the caller is given lives to the end.
Life life_of(const Model& model, uint16_t tensor) {
  Life life{tensor, 0, 0};
  for (uint32_t i = 0; i < model.node_count; ++i) {
    const NodeRecord& node = model.nodes[i];
    if (node.output == tensor) life.first = life.last = static_cast<uint8_t>(i);
    if (reads(node, tensor)) life.last = static_cast<uint8_t>(i);
  }
  if (is_output(model, tensor) || tensor == model.statistics) life.last = static_cast<uint8_t>(model.node_count - 1);
  return life;
}

bool disturb(const Model& model, const Life& a, const Life& b) {
  if (a.first > b.last || b.first > a.last) return false;
  const uint32_t a_end = model.offsets[a.tensor] + byte_count(model.tensors[a.tensor]);
  const uint32_t b_end = model.offsets[b.tensor] + byte_count(model.tensors[b.tensor]);
  return model.offsets[a.tensor] < b_end && model.offsets[b.tensor] < a_end;
}

Verdict check_lives(const Model& model) {
  Life lives[kMaxLives];
  uint32_t count = 0;
  for (uint16_t i = 0; i < model.tensor_count; ++i) {
    if (model.tensors[i].kind == static_cast<uint8_t>(TensorKind::constant)) continue;
    const Life life = life_of(model, i);
    for (uint32_t j = 0; j < count; ++j)
      if (disturb(model, life, lives[j])) return broken("M22");
    lives[count++] = life;
  }
  return {};
}

}  // namespace

Verdict check_plan(Model* model) {
  if (const Verdict verdict = read_plan(model); !verdict.good()) return verdict;
  for (uint16_t i = 0; i < model->tensor_count; ++i)
    if (const Verdict verdict = check_place(*model, i); !verdict.good()) return verdict;
  return check_lives(*model);
}

}  // namespace mote
