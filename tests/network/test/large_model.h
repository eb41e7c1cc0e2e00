// A model whose download takes long, and what of a block is a chunk.
#pragma once

#include "base/random.h"
#include "device/agent/test/bench.h"
#include "report_generated.h"

namespace mote {

// About `bytes` long.
inline ModelBuilder large_model(uint8_t number, size_t bytes = 240'000) {
  ModelBuilder model = numbered_model(number);
  Random random(number);
  while (model.weights.size() < bytes) model.weights.push_back(static_cast<uint8_t>(random.below(256)));
  return model;
}

// Of a Block.
inline uint64_t chunk_bytes_in(ByteView block) {
  const auto* data = flatbuffers::GetRoot<format::Block>(block.data())->data();
  return data == nullptr ? 0 : data->size();
}

}  // namespace mote
