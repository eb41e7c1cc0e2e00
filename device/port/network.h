// What a device must know to reach its broker, as it stands in its network sector or file: written beside the identity
// (docs/spec/network.md).
//
//     offset  bytes
//          0      4  magic "MOTN"
//          4      2  version, 1
//          6      2  length of all of it
//          8      4  broker's IPv4 address
//         12      2  broker's port
//         14      2  reserved, 0
//         16      4  own IPv4 address; 0: ask DHCP
//         20      4  netmask, with an own address
//         24      4  router, with an own address; 0: none
//         28     64  broker's host name, which its certificate must carry   ASCII, filled up with zeros, at least one zero
//         92     32  random seed
//        124      6  lengths of the three that follow, 2 bytes each
//        130      2  reserved, 0
//        132         authority's certificate, device's certificate, device's private key   DER (RFC 5280, RFC 5915)
//         -4      4  CRC-32 of all bytes before it
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "mote/mote.h"

namespace mote {

constexpr size_t kNetworkSeedBytes = 32;
constexpr size_t kMaxHostNameBytes = 63;
constexpr size_t kNetworkHeadBytes = 132;
constexpr size_t kMaxNetworkBytes = 4096;

struct NetworkPart {
  const uint8_t* bytes;
  uint16_t count;
};

// Points into the bytes that it was read from. Addresses are as they are written: 10, 0, 2, 2.
struct Network {
  uint8_t broker[4];
  uint16_t port;
  uint8_t own[4];  // all 0: DHCP gives it, the netmask and the router
  uint8_t netmask[4];
  uint8_t router[4];
  const char* host_name;
  const uint8_t* seed;  // kNetworkSeedBytes
  NetworkPart authority, certificate, key;
};

// MOTE_TRUNCATED; MOTE_UNSUPPORTED_VERSION; MOTE_MALFORMED for erased flash, a wrong CRC or a value out of its range (N1 to N6).
// What follows the blob is ignored: the rest of a flash sector. On any status but MOTE_OK `network` is unchanged.
mote_status network_read(const uint8_t* bytes, size_t count, Network* network);

// Returns the length, or 0 when it does not fit `capacity` or could not be read back.
size_t network_write(const Network& network, uint8_t* bytes, size_t capacity);

}  // namespace mote
