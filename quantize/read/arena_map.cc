// The plan of a model as rectangles of bytes and stages.
#include "quantize/read/arena_map.h"

#include <algorithm>

#include "base/json.h"
#include "device/model/lives.h"

namespace mote {
namespace {

std::string given_name(const ModelFile& model, uint16_t tensor) {
  const auto found = std::find(model.inputs.begin(), model.inputs.end(), tensor);
  return found == model.inputs.end() ? "raw input" : "input " + std::to_string(found - model.inputs.begin());
}

// One for all nodes of a stage, which take turns.
void add_scratch(const ModelFile& model, std::vector<ArenaPiece>* pieces) {
  size_t node = 0;
  for (uint32_t stage = 0; stage < model.stages.size(); ++stage) {
    ArenaPiece piece{.name = "scratch", .first = stage, .last = stage};
    for (const size_t end = node + model.stages[stage]; node < end; ++node) {
      if (model.scratch[node] == kNoOffset) continue;
      piece.offset = model.scratch[node];
      piece.bytes = std::max(piece.bytes, model.scratch_bytes[node]);
    }
    if (piece.bytes != 0) pieces->push_back(piece);
  }
}

}  // namespace

std::vector<ArenaPiece> arena_map(const ModelFile& model) {
  const Model view = model.view();
  const Lives lives(view);
  std::vector<ArenaPiece> pieces;
  for (uint32_t i = 0; i < lives.count(); ++i) {
    const Life life = lives.at(i);
    ArenaPiece piece{.tensor = life.tensor, .offset = model.offsets[life.tensor], .bytes = held_bytes(view, life.tensor)};
    piece.name = i < model.nodes.size() ? std::to_string(i) + " " + mote_operator_name(model.nodes[i].operator_code)
                                        : given_name(model, life.tensor);
    const auto stages = static_cast<uint32_t>(model.stages.size());  // moments begin before the first and end after the last
    piece.first = std::clamp<uint32_t>(life.first, 1, stages) - 1;
    piece.last = std::clamp<uint32_t>(life.last, 1, stages) - 1;
    pieces.push_back(std::move(piece));
  }
  add_scratch(model, &pieces);
  return pieces;
}

uint32_t bytes_alive(const std::vector<ArenaPiece>& pieces, uint32_t stage) {
  std::vector<std::pair<uint32_t, uint32_t>> spans;
  for (const ArenaPiece& piece : pieces)
    if (piece.first <= stage && stage <= piece.last) spans.emplace_back(piece.offset, piece.offset + piece.bytes);
  std::sort(spans.begin(), spans.end());
  uint32_t bytes = 0, end = 0;
  for (const auto& [from, to] : spans) {
    if (to <= end) continue;
    bytes += to - std::max(from, end);
    end = to;
  }
  return bytes;
}

Json to_json(const ArenaPiece& piece) {
  return {{"name", piece.name},         {"tensor", piece.tensor == kNoTensor ? Json(nullptr) : Json(piece.tensor)},
          {"offset", piece.offset},     {"bytes", piece.bytes},
          {"first_stage", piece.first}, {"last_stage", piece.last}};
}

}  // namespace mote
