// A model's facts through the device's verifier.
#include "ota/bundle/model_facts.h"

#include <algorithm>

#include "device/model/sections.h"
#include "device/model/verify.h"

namespace mote {
namespace {

// The verifier wants its alignment, which a place in a file does not have.
struct alignas(16) Block {
  uint8_t bytes[16];
};

std::vector<OperatorNeed> operators_of(const Model& model) {
  std::vector<OperatorNeed> needs;
  for (uint16_t i = 0; i < model.node_count; ++i)
    needs.push_back({.code = model.nodes[i].operator_code, .version = model.nodes[i].version});
  std::sort(needs.begin(), needs.end(), [](const OperatorNeed& a, const OperatorNeed& b) {
    return a.code != b.code ? a.code < b.code : a.version > b.version;
  });
  needs.erase(std::unique(needs.begin(), needs.end(), [](const auto& a, const auto& b) { return a.code == b.code; }),
              needs.end());
  return needs;
}

Digest model_id_of(const uint8_t* file) {
  const Section graph = find_section(file, SectionType::graph), weights = find_section(file, SectionType::weights);
  return Sha256().add({graph.data, graph.bytes}).add({weights.data, weights.bytes}).finish();
}

}  // namespace

Result<ModelFacts> read_model_facts(ByteView model, const std::string& where) {
  std::vector<Block> aligned((model.size() + sizeof(Block) - 1) / sizeof(Block));
  const auto* file = reinterpret_cast<uint8_t*>(aligned.data());
  if (!model.empty()) std::memcpy(aligned.data(), model.data(), model.size());
  Model verified;
  const Verdict verdict = verify(file, model.size(), &verified);
  if (!verdict.good()) {
    const std::string rule = verdict.rule() == nullptr ? "" : std::string(", rule ") + verdict.rule();
    return Error{.cause = Cause::failed,
                 .what = std::string("is not a model that devices run: ") + mote_status_text(verdict.status()) + rule,
                 .where = where,
                 .todo = "make it again with: mote quantize"};
  }
  FileHeader header;
  std::memcpy(&header, file, sizeof header);
  return ModelFacts{.model_id = model_id_of(file),
                    .arena_bytes = verified.arena_bytes,
                    .format_version = header.format_version,
                    .target = header.target,
                    .operators = operators_of(verified)};
}

}  // namespace mote
