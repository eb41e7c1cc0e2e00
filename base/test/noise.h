// Bytes of no meaning, for tests.
#pragma once

#include "base/bytes.h"
#include "base/random.h"

namespace mote {

inline Bytes noise(size_t count, uint64_t seed) {
  Random random(seed);
  Bytes bytes(count);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.next());
  return bytes;
}

}  // namespace mote
