// What a device asks for (device/format/report.fbs, Request), read by who serves it and by who listens for it.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/sha256.h"

namespace mote {

constexpr uint32_t kMaxRequestBits = 64;  // wanted in one request; further bits are ignored

struct ChunkRequest {
  Digest payload{};
  uint32_t first = 0;
  uint64_t bits = 0;  // bit i: chunk first + i is wanted; first + 63 is a number
  uint32_t boot = 0;
  uint32_t counter = 0;
};

// None for bytes that are no Request. Nothing signs one.
std::optional<ChunkRequest> read_chunk_request(ByteView message);

}  // namespace mote
