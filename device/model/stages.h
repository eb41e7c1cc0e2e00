// The order in which a model runs: stage after stage, and within a stage of several nodes row by row.
#pragma once

#include "device/kernels/operators.h"

namespace mote {

struct Stage {
  uint32_t first, end;  // nodes
};

inline uint32_t height_of(const Model& model, const NodeRecord& node) { return model.tensors[node.output].shape[1]; }

// Where a stage is between two calls.
struct RollProgress {
  uint16_t done[kMaxStageNodes] = {};  // rows made so far of the output of each node
  uint16_t waiting = 0;                // a bit for each node that waits for rows of nodes before it
};
static_assert(kMaxStageNodes <= 16, "so that a node has a bit");

// A stage on its way. Its nodes take turns, one row at a time: whoever the next row of the last node waits for comes first.
class Roll {
 public:
  Roll(const Model& model, Stage stage, RollProgress* progress) : model_(model), stage_(stage), progress_(progress) {}

  uint32_t done(uint32_t node) const { return progress_->done[node - stage_.first]; }

  // The first input row that `node` still needs at `place`, once it has made `rows` rows. Its height when it needs none.
  uint32_t lowest_needed(uint32_t node, uint32_t place, uint32_t rows) const {
    const NodeView view = view_of(node);
    const uint32_t height = view.input(place).shape[1];
    if (rows >= height_of(model_, *view.record)) return height;
    const RowWindow window = window_of(view, place);
    const int64_t first = window.reach == 0 ? 0 : int64_t{rows} * window.stride - window.pad;
    return first < 0 ? 0 : first > height ? height : static_cast<uint32_t>(first);
  }

  // The next call: a node, and the rows that it makes. False once every tensor that the stage holds whole is complete.
  bool next(uint32_t* node, RowRange* rows) {
    if (is_over()) return false;
    const bool alone = stage_.end - stage_.first == 1;
    *node = alone ? stage_.first : first_ready(progress_->waiting != 0 ? last_to_wait() : last_incomplete());
    *rows = {done(*node), alone ? height_of(model_, model_.nodes[*node]) : done(*node) + 1};
    return true;
  }

  // Notes that the call was made.
  void advance(uint32_t node, RowRange rows) { progress_->done[node - stage_.first] = static_cast<uint16_t>(rows.end); }

  bool is_over() const { return progress_->waiting == 0 && last_incomplete() == stage_.end; }

  // All calls, as step(node, rows); false as soon as one answers false.
  template <typename Step>
  bool run(Step step) {
    uint32_t node;
    RowRange rows;
    while (next(&node, &rows)) {
      if (!step(node, rows)) return false;
      advance(node, rows);
    }
    return true;
  }

 private:
  // The last node whose output is held whole and not complete; the stage's end when there is none.
  uint32_t last_incomplete() const {
    for (uint32_t node = stage_.end; node-- > stage_.first;) {
      const uint16_t output = model_.nodes[node].output;
      const uint32_t height = model_.tensors[output].shape[1];
      if (model_.held[output] == height && done(node) < height) return node;
    }
    return stage_.end;
  }

  NodeView view_of(uint32_t node) const { return {&model_, &model_.nodes[node], {}}; }

  static RowWindow window_of(const NodeView& view, uint32_t place) {
    return find_operator(view.record->operator_code)->rows(view, place);
  }

  // Rows of the input at `place` that the next row of `node` needs to be there.
  uint32_t rows_awaited(uint32_t node, uint32_t place) const {
    const NodeView view = view_of(node);
    const uint32_t height = view.input(place).shape[1];
    const RowWindow window = window_of(view, place);
    const int64_t end = window.reach == 0 ? height : int64_t{done(node)} * window.stride - window.pad + window.reach;
    return end < 0 ? 0 : end > height ? height : static_cast<uint32_t>(end);
  }

  // The node before `node` in this stage whose row it waits for, or `node` itself when there is none.
  uint32_t awaited(uint32_t node) const {
    const NodeRecord& record = model_.nodes[node];
    for (uint32_t place = 0; place < record.input_count; ++place) {
      if (!is_activation(model_.tensors[record.inputs[place]])) continue;
      for (uint32_t maker = stage_.first; maker < node; ++maker)
        if (model_.nodes[maker].output == record.inputs[place] && done(maker) < rows_awaited(node, place)) return maker;
    }
    return node;
  }

  // Each node waits for one before it, so who began to wait last stands first. It is waiting no longer when this returns.
  uint32_t last_to_wait() {
    const auto place = static_cast<uint32_t>(__builtin_ctz(progress_->waiting));
    progress_->waiting = static_cast<uint16_t>(progress_->waiting & (progress_->waiting - 1));
    return stage_.first + place;
  }

  uint32_t first_ready(uint32_t node) {
    for (uint32_t before = awaited(node); before != node; before = awaited(node)) {
      progress_->waiting = static_cast<uint16_t>(progress_->waiting | 1u << (node - stage_.first));
      node = before;
    }
    return node;
  }

  const Model& model_;
  Stage stage_;
  RollProgress* progress_;
};

}  // namespace mote
