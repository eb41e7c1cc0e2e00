// Runs through the rows of each stage as the device will, and notes how many of them are needed at once.
#include "quantize/plan/staging.h"

#include <algorithm>

#include "device/model/overlays.h"

namespace mote {
namespace {

uint32_t rounded(uint32_t bytes) { return (bytes + kArenaAlignment - 1) / kArenaAlignment * kArenaAlignment; }

bool is_constant(const TensorRecord& tensor) { return tensor.kind == static_cast<uint8_t>(TensorKind::constant); }

bool is_state(const TensorRecord& tensor) { return tensor.kind == static_cast<uint8_t>(TensorKind::state); }

class Stager {
 public:
  Stager(const GraphRecords& records, const Stages& stages) : records_(records), stages_(stages), model_(records.view()) {
    const size_t tensors = records.tensors.size();
    staging_.blocks.resize(tensors + records.nodes.size());
    for (const TensorRecord& tensor : records.tensors)
      staging_.held.push_back(is_constant(tensor) ? uint16_t{0} : static_cast<uint16_t>(tensor.shape[1]));
    model_.held = staging_.held.data();
  }

  Staging run() {
    find_lives();
    for (size_t tensor = 0; tensor < records_.tensors.size(); ++tensor)
      if (!is_constant(records_.tensors[tensor])) block(tensor).bytes = rounded(byte_count(records_.tensors[tensor]));
    uint32_t node = 0;
    for (size_t i = 0; i < stages_.size(); ++i) {
      look_at({node, node + stages_[i]}, static_cast<uint32_t>(i + 1));
      node += stages_[i];
    }
    return std::move(staging_);
  }

 private:
  Block& block(size_t tensor) { return staging_.blocks[tensor]; }
  const NodeRecord& node(uint32_t index) const { return records_.nodes[index]; }
  uint32_t row_bytes(uint16_t tensor) const { return byte_count(records_.tensors[tensor]) / records_.tensors[tensor].shape[1]; }

  void find_lives() {
    uint32_t index = 0;
    for (size_t i = 0; i < stages_.size(); ++i)
      for (const uint32_t end = index + stages_[i]; index < end; ++index) {
        const auto moment = static_cast<uint32_t>(i + 1);
        for (uint32_t place = 0; place < node(index).input_count; ++place) block(node(index).inputs[place]).last = moment;
        block(node(index).output).first = block(node(index).output).last = moment;
      }
    const auto end = static_cast<uint32_t>(stages_.size() + 1);  // they outlive the last stage
    for (const uint16_t output : records_.outputs) block(output).last = end;
    if (records_.statistics != kNoTensor) block(records_.statistics).last = end;
    for (size_t tensor = 0; tensor < records_.tensors.size(); ++tensor)  // from before the first to after the last
      if (is_state(records_.tensors[tensor])) block(tensor).first = 0, block(tensor).last = end;
  }

  void look_at(Stage stage, uint32_t moment) {
    uint32_t scratch = 0;
    for (uint32_t i = stage.first; i < stage.end; ++i) scratch = std::max(scratch, scratch_bytes(model_, i));
    Block& shared = staging_.blocks[records_.tensors.size() + stage.first];
    shared = {.first = moment, .last = moment, .bytes = rounded(scratch)};
    if (stage.end - stage.first > 1) make_rings(stage, moment);
    find_overlays(stage, moment);
  }

  // What only this stage makes and reads is held as a ring, as small as the run through its rows allows.
  void make_rings(Stage stage, uint32_t moment) {
    std::vector<uint32_t> needed(stage.end - stage.first, 1);
    Roll roll(model_, stage);
    roll.run([&](uint32_t maker, RowRange rows) {
      const uint16_t tensor = node(maker).output;
      const uint32_t lowest = lowest_needed(roll, stage, tensor, maker, rows.first);
      uint32_t& most = needed[maker - stage.first];
      most = std::max(most, rows.end - std::min(rows.first, lowest));
      return true;
    });
    for (uint32_t maker = stage.first; maker < stage.end; ++maker) {
      const uint16_t tensor = node(maker).output;
      const uint32_t height = records_.tensors[tensor].shape[1];
      if (maker + 1 == stage.end || block(tensor).last != moment || is_end(tensor) || needed[maker - stage.first] >= height)
        continue;
      staging_.held[tensor] = static_cast<uint16_t>(needed[maker - stage.first]);
      block(tensor).bytes = rounded(row_bytes(tensor) * staging_.held[tensor]);
    }
  }

  bool is_end(uint16_t tensor) const {
    return std::find(records_.outputs.begin(), records_.outputs.end(), tensor) != records_.outputs.end() ||
           tensor == records_.statistics;
  }

  uint32_t lowest_needed(const Roll& roll, Stage stage, uint16_t tensor, uint32_t maker, uint32_t made) const {
    uint32_t lowest = records_.tensors[tensor].shape[1];
    for (uint32_t reader = stage.first; reader < stage.end; ++reader)
      for (uint32_t place = 0; place < node(reader).input_count; ++place)
        if (node(reader).inputs[place] == tensor)
          lowest = std::min(lowest, roll.lowest_needed(reader, place, reader == maker ? made : roll.done(reader)));
    return lowest;
  }

  // The largest tensor that is given to the stage and dies in it, or none.
  int32_t dying(Stage stage, uint32_t moment) {
    int32_t largest = -1;
    for (uint32_t reader = stage.first; reader < stage.end; ++reader)
      for (uint32_t place = 0; place < node(reader).input_count; ++place) {
        const uint16_t tensor = node(reader).inputs[place];
        if (is_constant(records_.tensors[tensor]) || block(tensor).first >= moment || block(tensor).last != moment) continue;
        if (largest < 0 || block(tensor).bytes > block(static_cast<size_t>(largest)).bytes) largest = tensor;
      }
    return largest;
  }

  // `base` access: the output may be the first input, byte for byte.
  void lie_on_base(const NodeRecord& record, uint32_t moment) {
    const uint16_t base = record.inputs[0];
    if (record.input_count == 0 || is_constant(records_.tensors[base]) || block(base).first >= moment ||
        block(base).last != moment)
      return;
    for (uint32_t place = 1; place < record.input_count; ++place)
      if (record.inputs[place] == base) return;
    if (++overlays_ > kMostOverlays) return;
    Block& above = block(record.output);
    above.below = base;
    above.lead = above.bytes;
    above.in_place = true;
  }

  void find_overlays(Stage stage, uint32_t moment) {
    const bool alone = stage.end - stage.first == 1;
    if (alone && find_operator(node(stage.first).operator_code)->access == RowAccess::base)
      return lie_on_base(node(stage.first), moment);
    for (uint32_t i = stage.first; i < stage.end; ++i)
      if (find_operator(node(i).operator_code)->rows == nullptr || records_.tensors[node(i).output].shape[1] > kMaxRolledRows)
        return;
    const int32_t below = dying(stage, moment);
    if (below < 0) return;
    for (uint32_t i = stage.first; i < stage.end; ++i) {
      const uint16_t output = node(i).output;
      if (staging_.held[output] == records_.tensors[output].shape[1]) overlay(stage, i, static_cast<uint16_t>(below));
    }
  }

  // How far before `below` the output of `maker` must begin.
  void overlay(Stage stage, uint32_t maker, uint16_t below) {
    const uint16_t output = node(maker).output;
    const bool alike =
        find_operator(node(maker).operator_code)->access == RowAccess::elements && row_bytes(output) == row_bytes(below);
    int64_t lead = 0;
    bool in_place = alike;
    Roll roll(model_, stage);
    roll.run([&](uint32_t index, RowRange rows) {
      for (uint32_t row = rows.first; index == maker && row < rows.end; ++row) {
        const int64_t written = int64_t{row + 1} * row_bytes(output);
        const uint32_t lowest = lowest_needed(roll, stage, below, maker, row);
        if (lowest < records_.tensors[below].shape[1]) lead = std::max(lead, written - int64_t{lowest} * row_bytes(below));
        in_place = in_place && lowest_needed(roll, stage, below, maker, row + 1) > row;
      }
      return true;
    });
    if (++overlays_ > kMostOverlays) return;
    Block& above = block(output);
    const auto bytes = rounded(static_cast<uint32_t>(lead));
    if (bytes >= above.bytes && !in_place) return;
    above.below = below;
    above.lead = std::min(bytes, above.bytes);
    above.in_place = in_place;
  }

  const GraphRecords& records_;
  const Stages& stages_;
  Model model_;
  Staging staging_;
  uint32_t overlays_ = 0;
};

}  // namespace

Staging stage(const GraphRecords& records, const Stages& stages) { return Stager(records, stages).run(); }

bool may_roll(const GraphRecords& records, uint32_t first, uint32_t end) {
  if (end - first > kMaxStageNodes || (first < records.front_nodes && end > records.front_nodes)) return false;
  for (uint32_t i = first; i < end; ++i) {
    const NodeRecord& node = records.nodes[i];
    const TensorRecord& output = records.tensors[node.output];
    if (find_operator(node.operator_code)->rows == nullptr || output.type != static_cast<uint8_t>(TensorType::int8) ||
        output.shape[1] > kMaxRolledRows)
      return false;
  }
  return true;
}

}  // namespace mote
