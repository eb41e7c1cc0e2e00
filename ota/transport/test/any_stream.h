// What must hold for any bytes that a broker or a client sends, for the fuzzer and for the tests.
#pragma once

#include <algorithm>
#include <cstdlib>

#include "ota/transport/relay/framing.h"

namespace mote {

// How many bytes of `stream` pass when they come one at a time: those before the first that is refused.
inline size_t bytes_that_pass(ByteView stream, Direction direction) {
  Framing framing(direction);
  for (size_t i = 0; i < stream.size(); ++i)
    if (framing.check(stream.subspan(i, 1)) != nullptr) return i;
  return stream.size();
}

// The longest claim of a remaining length among the packets that began in `stream`, read without any bound of ours.
inline uint64_t longest_claim(ByteView stream) {
  uint64_t longest = 0;
  for (size_t at = 0; at < stream.size();) {
    ++at;
    uint64_t length = 0;
    int shift = 0;
    bool more = true;
    for (; more && at < stream.size() && shift < 35; shift += 7) {
      length |= static_cast<uint64_t>(stream[at] & 0x7f) << shift;
      more = (stream[at++] & 0x80) != 0;
    }
    longest = std::max(longest, length);
    at += length;
  }
  return longest;
}

inline void check_any_stream(ByteView stream) {
  for (const Direction direction : {Direction::to_broker, Direction::from_broker}) {
    const size_t passed = bytes_that_pass(stream, direction);
    if (longest_claim(stream.first(passed)) > kMaxPacketBytes) std::abort();
    for (const size_t piece : {2, 3, 7, 4096}) {
      Framing framing(direction);
      bool refused = false;
      for (size_t at = 0; at < stream.size() && !refused; at += piece)
        refused = framing.check(stream.subspan(at, std::min(piece, stream.size() - at))) != nullptr;
      if (refused != (passed < stream.size())) std::abort();
    }
  }
}

}  // namespace mote
