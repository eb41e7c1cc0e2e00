// Walks through the rows of every stage that rolls or has overlays, as the runtime will, and looks at each write (M22, M60).
#include "device/model/check.h"
#include "device/model/lives.h"
#include "device/model/stages.h"

namespace mote {
namespace {

bool is_ring(const Model& model, uint16_t tensor) { return model.held[tensor] < model.tensors[tensor].shape[1]; }

class RowCheck {
 public:
  RowCheck(const Model& model, Stage stage, const Lives& lives) : model_(model), stage_(stage), roll_(model, stage, &progress_) {
    for (uint32_t node = stage.first; node < stage.end; ++node) below_[node - stage.first] = lives.below(node);
  }

  // M60: every node of a rolling stage works row by row on int8 of a bounded height; the last one's output is whole.
  bool may_roll() const {
    for (uint32_t node = stage_.first; node < stage_.end; ++node) {
      const NodeRecord& record = model_.nodes[node];
      if (find_operator(record.operator_code)->rows == nullptr || !is_rollable(record.output)) return false;
    }
    return !is_ring(model_, model_.nodes[stage_.end - 1].output);
  }

  bool is_alone() const { return stage_.end - stage_.first == 1; }

  bool reads_rings() const {
    for (uint32_t node = stage_.first; node < stage_.end; ++node)
      for (uint32_t place = 0; place < model_.nodes[node].input_count; ++place)
        if (is_ring_of_another_stage(model_.nodes[node].inputs[place])) return true;
    return false;
  }

  bool has_overlay() const {
    for (uint32_t node = stage_.first; node < stage_.end; ++node)
      if (below(node) != kNoTensor) return true;
    return false;
  }

  // What the output of a node of the stage lies over; kNoTensor when nothing.
  uint16_t below(uint32_t node) const { return below_[node - stage_.first]; }

  Verdict walk() {
    const char* rule = nullptr;
    roll_.run([&](uint32_t node, RowRange rows) {
      for (uint32_t row = rows.first; rule == nullptr && row < rows.end; ++row) rule = look(node, row);
      return rule == nullptr;
    });
    return rule == nullptr ? Verdict{} : broken(rule);
  }

 private:
  bool is_rollable(uint16_t tensor) const {
    const TensorRecord& record = model_.tensors[tensor];
    return record.type == static_cast<uint8_t>(TensorType::int8) && record.shape[1] <= kMaxRolledRows;
  }

  // A ring is made and read in one stage.
  bool is_ring_of_another_stage(uint16_t tensor) const {
    if (model_.tensors[tensor].kind == static_cast<uint8_t>(TensorKind::constant) || !is_ring(model_, tensor)) return false;
    for (uint32_t node = stage_.first; node < stage_.end; ++node)
      if (model_.nodes[node].output == tensor) return false;
    return true;
  }

  // The first row of `tensor` that the stage still needs while `node` makes row `row`.
  uint32_t lowest_needed(uint16_t tensor, uint32_t node, uint32_t row, bool in_place) const {
    uint32_t lowest = model_.tensors[tensor].shape[1];
    for (uint32_t reader = stage_.first; reader < stage_.end; ++reader) {
      const NodeRecord& record = model_.nodes[reader];
      for (uint32_t place = 0; place < record.input_count; ++place) {
        if (record.inputs[place] != tensor) continue;
        const uint32_t rows = reader != node ? roll_.done(reader) : in_place ? row + 1 : row;
        const uint32_t needed = roll_.lowest_needed(reader, place, rows);
        if (needed < lowest) lowest = needed;
      }
    }
    return lowest;
  }

  const char* look(uint32_t node, uint32_t row) const {
    const NodeRecord& record = model_.nodes[node];
    const uint16_t output = record.output;
    if (is_ring(model_, output) && row + 1 > lowest_needed(output, node, row, false) + model_.held[output]) return "M60";
    const uint16_t below = this->below(node);
    if (below == kNoTensor) return nullptr;
    const uint32_t row_bytes = held_bytes(model_, output) / model_.held[output];
    const uint32_t below_bytes = held_bytes(model_, below) / model_.held[below];
    const bool in_place = find_operator(record.operator_code)->access == RowAccess::elements &&
                          model_.offsets[below] == model_.offsets[output] && row_bytes == below_bytes;
    const uint32_t lowest = lowest_needed(below, node, row, in_place);
    const uint64_t written = model_.offsets[output] + uint64_t{row + 1} * row_bytes;
    const bool apart =
        lowest >= model_.tensors[below].shape[1] || written <= model_.offsets[below] + uint64_t{lowest} * below_bytes;
    return apart ? nullptr : "M22";
  }

  const Model& model_;
  Stage stage_;
  uint16_t below_[kMaxStageNodes];
  RollProgress progress_;
  Roll roll_;
};

bool are_ends_whole(const Model& model) {
  for (uint32_t i = 0; i < model.input_count; ++i)
    if (is_ring(model, model.inputs[i])) return false;
  for (uint32_t i = 0; i < model.output_count; ++i)
    if (is_ring(model, model.outputs[i])) return false;
  if (model.statistics != kNoTensor && is_ring(model, model.statistics)) return false;
  return !has_front_end(model) || !is_ring(model, model.raw_input);
}

// The output is the first input, byte for byte.
bool is_in_place(const Model& model, const NodeRecord& record, uint16_t below) {
  bool read_again = false;
  for (uint32_t i = 1; i < record.input_count; ++i) read_again = read_again || record.inputs[i] == below;
  return record.inputs[0] == below && !read_again && model.offsets[below] == model.offsets[record.output];
}

bool allows_overlay(const Model& model, const NodeRecord& record) {
  return find_operator(record.operator_code)->rows != nullptr && model.tensors[record.output].shape[1] <= kMaxRolledRows;
}

}  // namespace

Verdict check_rows(const Model& model, const Lives& lives) {
  if (!are_ends_whole(model)) return broken("M60");
  uint32_t node = 0;
  for (uint32_t i = 0; i < model.stage_count; ++i) {
    const Stage stage{node, node + model.stages[i]};
    RowCheck check(model, stage, lives);
    if (check.reads_rings()) return broken("M60");
    if (check.is_alone() ? is_ring(model, model.nodes[node].output) : !check.may_roll()) return broken("M60");
    const NodeRecord& first = model.nodes[node];
    const bool in_place = check.is_alone() && check.has_overlay() &&
                          find_operator(first.operator_code)->access == RowAccess::base &&
                          is_in_place(model, first, check.below(node));
    if (check.is_alone() && check.has_overlay() && !in_place && !allows_overlay(model, first)) return broken("M22");
    if (!in_place && (!check.is_alone() || check.has_overlay()))
      if (const Verdict verdict = check.walk(); !verdict.good()) return verdict;
    node = stage.end;
  }
  return {};
}

}  // namespace mote
