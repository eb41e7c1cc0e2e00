// What a .mote file says of itself, for `mote inspect` and `mote size` and for whoever needs labels or the drift baseline.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/json_fwd.h"
#include "base/result.h"
#include "base/sha256.h"
#include "device/model/model.h"
#include "quantize/write/model.h"

namespace mote {

struct SectionInfo {
  uint16_t type = 0;
  std::string name;  // "graph", "plan", ...; "section 12" for one that format 1 does not name
  uint32_t offset = 0, bytes = 0;
  bool required = false;
};

struct ModelFile {
  uint32_t file_bytes = 0, arena_bytes = 0;
  Digest model_id{};
  std::vector<SectionInfo> sections;
  std::vector<TensorRecord> tensors;
  std::vector<NodeRecord> nodes;
  std::vector<uint32_t> offsets;        // per tensor, into the arena; kNoOffset for a constant
  std::vector<uint16_t> held;           // per tensor, rows in the arena; fewer than it has where it is a ring, 0 for a constant
  std::vector<uint32_t> scratch;        // per node, into the arena; kNoOffset for a node without
  std::vector<uint32_t> scratch_bytes;  // per node
  std::vector<uint16_t> stages;         // nodes in each
  Target target = Target::portable;
  Rounding rounding = Rounding::double_rounding;
  std::vector<uint16_t> inputs, outputs;
  uint16_t raw_input = kNoTensor, statistics = kNoTensor;
  uint16_t front_nodes = 0;
  std::vector<std::string> labels;
  Baseline baseline;  // without scalars when the model has none
  uint32_t self_tests = 0;

  uint32_t stage_of(size_t node) const;
  // Graph and plan in the device's own struct, over this, which must outlive it; without constants.
  Model view() const;
};

// Refuses what mote_check refuses, with the label of the rule.
Result<ModelFile> read_model(ByteView bytes, const std::string& where);

// As `mote size` prints it.
struct ModelSize {
  uint32_t model_bytes = 0, arena_bytes = 0;
  uint32_t table_bytes = 0;  // header, section table and padding
  std::vector<SectionInfo> sections;
};
ModelSize size_of(const ModelFile& model);

std::string to_text(const ModelSize& size);
Json to_json(const ModelSize& size);
std::string to_text(const ModelFile& model);
Json to_json(const ModelFile& model);

}  // namespace mote
