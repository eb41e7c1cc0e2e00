// The network blob: a head of fixed places, three certificates and keys, one checksum.
#include "device/port/network.h"

#include <string.h>

#include "device/link/crc32.h"

namespace mote {
namespace {

constexpr uint8_t kNetworkMagic[4] = {'M', 'O', 'T', 'N'};
constexpr uint16_t kNetworkVersion = 1;
constexpr size_t kHostField = kMaxHostNameBytes + 1;
constexpr size_t kNetworkCheckBytes = 4;

enum NetworkOffset : size_t {
  version_in_network = 4,
  length_in_network = 6,
  broker_at = 8,
  port_at = 12,
  own_at = 16,
  netmask_at = 20,
  router_at = 24,
  host_at = 28,
  seed_at = host_at + kHostField,
  lengths_at = seed_at + kNetworkSeedBytes,
};
static_assert(lengths_at == 124 && lengths_at + 8 == kNetworkHeadBytes,
              "the offsets of the header comment and docs/spec/network.md");

uint16_t network_u16(const uint8_t* from) { return static_cast<uint16_t>(from[0] | from[1] << 8); }
uint32_t network_u32(const uint8_t* from) { return network_u16(from) | static_cast<uint32_t>(network_u16(from + 2)) << 16; }
void put_u16(uint8_t* to, size_t value) {
  to[0] = static_cast<uint8_t>(value);
  to[1] = static_cast<uint8_t>(value >> 8);
}

bool no_address(const uint8_t* address) { return (address[0] | address[1] | address[2] | address[3]) == 0; }

bool same_net(const uint8_t* a, const uint8_t* b, const uint8_t* netmask) {
  for (size_t i = 0; i < 4; ++i)
    if (((a[i] ^ b[i]) & netmask[i]) != 0) return false;
  return true;
}

// Ones, then zeros.
bool is_netmask(const uint8_t* mask) {
  const uint32_t bits =
      static_cast<uint32_t>(mask[0]) << 24 | static_cast<uint32_t>(mask[1]) << 16 | static_cast<uint32_t>(mask[2]) << 8 | mask[3];
  return bits != 0 && (~bits & (~bits + 1)) == 0;
}

bool good_addresses(const uint8_t* bytes) {
  const uint8_t *own = bytes + own_at, *netmask = bytes + netmask_at, *router = bytes + router_at;
  if (no_address(bytes + broker_at) || network_u16(bytes + port_at) == 0) return false;
  if (no_address(own)) return no_address(netmask) && no_address(router);
  return is_netmask(netmask) && (no_address(router) || same_net(own, router, netmask));
}

bool in_host_name(uint8_t c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

// No wildcard, no capital, nothing after its end.
bool is_host_name(const uint8_t* field) {
  size_t length = 0;
  while (length < kHostField && in_host_name(field[length])) ++length;
  if (length == 0 || length == kHostField || field[0] == '.' || field[0] == '-') return false;
  for (size_t i = length; i < kHostField; ++i)
    if (field[i] != 0) return false;
  return true;
}

// Erased flash, and a field that was never filled in.
bool is_seed(const uint8_t* seed) {
  for (size_t i = 1; i < kNetworkSeedBytes; ++i)
    if (seed[i] != seed[0]) return true;
  return false;
}

size_t parts_bytes(const uint8_t* bytes) {
  size_t sum = 0;
  for (size_t part = 0; part < 3; ++part) {
    const uint16_t count = network_u16(bytes + lengths_at + 2 * part);
    if (count == 0) return 0;
    sum += count;
  }
  return sum;
}

bool good_content(const uint8_t* bytes, size_t length) {
  const size_t parts = parts_bytes(bytes);
  return parts != 0 && kNetworkHeadBytes + parts + kNetworkCheckBytes == length && good_addresses(bytes) &&
         is_host_name(bytes + host_at) && is_seed(bytes + seed_at) && network_u16(bytes + 14) == 0 &&
         network_u16(bytes + 130) == 0;
}

void point_to_parts(const uint8_t* bytes, Network* network) {
  const uint8_t* next = bytes + kNetworkHeadBytes;
  size_t at = lengths_at;
  NetworkPart* const parts[] = {&network->authority, &network->certificate, &network->key};
  for (NetworkPart* part : parts) {
    *part = {next, network_u16(bytes + at)};
    next += part->count;
    at += 2;
  }
}

}  // namespace

mote_status network_read(const uint8_t* bytes, size_t count, Network* network) {
  if (count < sizeof kNetworkMagic) return MOTE_TRUNCATED;
  if (memcmp(bytes, kNetworkMagic, sizeof kNetworkMagic) != 0) return MOTE_MALFORMED;
  if (count < kNetworkHeadBytes + kNetworkCheckBytes) return MOTE_TRUNCATED;
  if (network_u16(bytes + version_in_network) != kNetworkVersion) return MOTE_UNSUPPORTED_VERSION;
  const size_t length = network_u16(bytes + length_in_network);
  if (length < kNetworkHeadBytes + kNetworkCheckBytes || length > kMaxNetworkBytes) return MOTE_MALFORMED;
  if (count < length) return MOTE_TRUNCATED;
  if (crc32(bytes, length - kNetworkCheckBytes) != network_u32(bytes + length - kNetworkCheckBytes)) return MOTE_MALFORMED;
  if (!good_content(bytes, length)) return MOTE_MALFORMED;
  memcpy(network->broker, bytes + broker_at, 4);
  network->port = network_u16(bytes + port_at);
  memcpy(network->own, bytes + own_at, 4);
  memcpy(network->netmask, bytes + netmask_at, 4);
  memcpy(network->router, bytes + router_at, 4);
  network->host_name = reinterpret_cast<const char*>(bytes + host_at);
  network->seed = bytes + seed_at;
  point_to_parts(bytes, network);
  return MOTE_OK;
}

size_t network_write(const Network& network, uint8_t* bytes, size_t capacity) {
  const size_t length =
      kNetworkHeadBytes + network.authority.count + network.certificate.count + network.key.count + kNetworkCheckBytes;
  if (length > capacity || length > kMaxNetworkBytes || strlen(network.host_name) > kMaxHostNameBytes) return 0;
  memset(bytes, 0, length);
  memcpy(bytes, kNetworkMagic, sizeof kNetworkMagic);
  put_u16(bytes + version_in_network, kNetworkVersion);
  put_u16(bytes + length_in_network, length);
  memcpy(bytes + broker_at, network.broker, 4);
  put_u16(bytes + port_at, network.port);
  memcpy(bytes + own_at, network.own, 4);
  memcpy(bytes + netmask_at, network.netmask, 4);
  memcpy(bytes + router_at, network.router, 4);
  memcpy(bytes + host_at, network.host_name, strlen(network.host_name));
  memcpy(bytes + seed_at, network.seed, kNetworkSeedBytes);
  uint8_t* next = bytes + kNetworkHeadBytes;
  size_t at = lengths_at;
  const NetworkPart* const parts[] = {&network.authority, &network.certificate, &network.key};
  for (const NetworkPart* part : parts) {
    put_u16(bytes + at, part->count);
    if (part->count != 0) memcpy(next, part->bytes, part->count);
    next += part->count;
    at += 2;
  }
  const uint32_t check = crc32(bytes, length - kNetworkCheckBytes);
  put_u16(next, check);
  put_u16(next + 2, check >> 16);
  return good_content(bytes, length) ? length : 0;
}

}  // namespace mote
