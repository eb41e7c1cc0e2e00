// Requests from their FlatBuffer.
#include "ota/transport/chunk_request.h"

#include <algorithm>

#include "report_generated.h"

namespace mote {

std::optional<ChunkRequest> read_chunk_request(ByteView message) {
  flatbuffers::Verifier verifier(message.data(), message.size());
  if (!verifier.VerifyBuffer<format::Request>(nullptr)) return std::nullopt;
  const format::Request& wants = *flatbuffers::GetRoot<format::Request>(message.data());
  ChunkRequest request{.first = wants.first(), .boot = wants.boot(), .counter = wants.counter()};
  if (wants.digest() == nullptr || wants.digest()->size() != request.payload.size() || wants.missing() == nullptr)
    return std::nullopt;
  if (request.first > UINT32_MAX - kMaxRequestBits) return std::nullopt;
  std::copy(wants.digest()->begin(), wants.digest()->end(), request.payload.begin());
  const uint32_t bits = std::min<uint32_t>(kMaxRequestBits, wants.missing()->size() * 8);
  for (uint32_t i = 0; i < bits; ++i)
    if ((wants.missing()->Get(i / 8) >> i % 8 & 1) != 0) request.bits |= uint64_t{1} << i;
  return request;
}

}  // namespace mote
