// What must hold for any bytes that claim to be a network blob, for the fuzzer and for the tests.
#pragma once

#include <cstdlib>
#include <cstring>

#include "device/port/network.h"

namespace mote {

// Aborts when a refused blob changed the result, or an accepted one points out of its bytes or does not come back byte for byte.
inline mote_status read_any_network(const uint8_t* bytes, size_t count) {
  Network network;
  std::memset(&network, 0x5a, sizeof network);
  const Network before = network;
  const mote_status status = network_read(bytes, count, &network);
  if (status != MOTE_OK) {
    if (std::memcmp(&network, &before, sizeof network) != 0) std::abort();
    return status;
  }
  for (const NetworkPart& part : {network.authority, network.certificate, network.key})
    if (part.bytes < bytes + kNetworkHeadBytes || part.bytes + part.count > bytes + count - 4) std::abort();
  uint8_t again[kMaxNetworkBytes];
  const size_t length = network_write(network, again, sizeof again);
  if (length == 0 || length > count || std::memcmp(again, bytes, length) != 0) std::abort();
  return status;
}

}  // namespace mote
