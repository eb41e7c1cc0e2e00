// What must hold for any bytes that claim to be an identity, for the fuzzer and for the tests.
#pragma once

#include <cstdlib>
#include <cstring>

#include "device/port/identity.h"

namespace mote {

// Aborts when a refused blob changed the identity, or an accepted one does not come back byte for byte.
inline mote_status read_any_identity(const uint8_t* bytes, size_t count) {
  Identity identity;
  std::memset(&identity, 0x5a, sizeof identity);
  const Identity before = identity;
  const mote_status status = identity_read(bytes, count, &identity);
  if (status != MOTE_OK) {
    if (std::memcmp(&identity, &before, sizeof identity) != 0) std::abort();
    return status;
  }
  if (identity.root < bytes || identity.root + identity.root_bytes > bytes + count) std::abort();
  uint8_t again[kMaxIdentityBytes];
  identity_write(identity, again);
  if (std::memcmp(again, bytes, identity_bytes(identity)) != 0) std::abort();
  return status;
}

}  // namespace mote
