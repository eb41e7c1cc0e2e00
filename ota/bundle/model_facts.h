// What an image has to say about a model, read out of the model's own bytes.
#pragma once

#include "ota/trust/documents.h"

namespace mote {

struct ModelFacts {
  Digest model_id{};  // SHA-256 over the graph section and then the weights section: the same for every packing
  uint32_t arena_bytes = 0;
  uint16_t format_version = 0;
  uint8_t target = 0;
  std::vector<OperatorNeed> operators;  // each once, in the order of their codes
};

// The model must pass the device's verifier; `model` may stand at any address.
Result<ModelFacts> read_model_facts(ByteView model, const std::string& where);

}  // namespace mote
