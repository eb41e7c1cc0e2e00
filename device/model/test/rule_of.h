// The rule that a model breaks, for tests: "M7", or the name of the status where that is not MALFORMED ("OK").
#pragma once

#include <string>

#include "device/model/test/sample_models.h"

namespace mote {

inline std::string rule_of(const uint8_t* bytes, size_t count) {
  const char* rule = nullptr;
  const mote_status status = mote_check(bytes, count, nullptr, &rule);
  return rule != nullptr ? rule : mote_status_name(status);
}

inline std::string rule_of(const AlignedBytes& file) { return rule_of(file.data(), file.size()); }
inline std::string rule_of(const ModelBuilder& model) { return rule_of(model.build()); }

template <typename Change>
std::string rule_after(ModelBuilder model, Change change) {
  change(model);
  return rule_of(model);
}

template <typename Change>
std::string rule_after(Change change) {
  return rule_after(whole_model(), change);
}

// Nodes of whole_model().
enum WholeNode { kStandardizeNode, kMeanRmsNode, kConvNode, kDepthwiseNode, kPoolNode, kMeanNode, kDenseNode, kSoftmaxNode };

template <typename Change>
std::string rule_after(WholeNode node, Change change) {
  return rule_after([&](ModelBuilder& model) { change(model, model.nodes[node]); });
}

}  // namespace mote
