// The order in which a model runs: stage after stage, and within a stage of several nodes row by row.
#pragma once

#include "device/kernels/operators.h"

namespace mote {

struct Stage {
  uint32_t first, end;  // nodes
};

inline uint32_t height_of(const Model& model, const NodeRecord& node) { return model.tensors[node.output].shape[1]; }

// A stage on its way. Its nodes take turns, one row at a time: whoever the next row of the last node waits for comes first.
class Roll {
 public:
  Roll(const Model& model, Stage stage) : model_(model), stage_(stage) {}

  uint32_t done(uint32_t node) const { return done_[node - stage_.first]; }

  // The first input row that `node` still needs at `place`, once it has made `rows` rows. Its height when it needs none.
  uint32_t lowest_needed(uint32_t node, uint32_t place, uint32_t rows) const {
    const NodeView view = view_of(node);
    const uint32_t height = view.input(place).shape[1];
    if (rows >= height_of(model_, *view.record)) return height;
    const RowWindow window = window_of(view, place);
    const int64_t first = window.reach == 0 ? 0 : int64_t{rows} * window.stride - window.pad;
    return first < 0 ? 0 : first > height ? height : static_cast<uint32_t>(first);
  }

  // Calls step(node, rows) until every tensor that the stage holds whole is complete; false as soon as a step answers false.
  template <typename Step>
  bool run(Step step) {
    if (stage_.end - stage_.first == 1) {  // at once
      const uint32_t height = height_of(model_, model_.nodes[stage_.first]);
      return step(stage_.first, RowRange{0, height});
    }
    for (uint32_t target = stage_.end; target-- > stage_.first;) {
      const NodeRecord& record = model_.nodes[target];
      const uint32_t height = height_of(model_, record);
      while (model_.held[record.output] == height && done(target) < height) {
        const uint32_t node = first_ready(target);
        if (!step(node, RowRange{done(node), done(node) + 1})) return false;
        ++done_[node - stage_.first];
      }
    }
    return true;
  }

 private:
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
    for (uint32_t place = 0; place < record.input_count; ++place)
      for (uint32_t maker = stage_.first; maker < node; ++maker)
        if (model_.nodes[maker].output == record.inputs[place] && done(maker) < rows_awaited(node, place)) return maker;
    return node;
  }

  uint32_t first_ready(uint32_t node) const {
    for (uint32_t before = awaited(node); before != node; before = awaited(node)) node = before;
    return node;
  }

  const Model& model_;
  Stage stage_;
  uint16_t done_[kMaxStageNodes] = {};
};

}  // namespace mote
