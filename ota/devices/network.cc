// PEM from the workspace's files to the DER that a device reads, and a seed from this machine's source of randomness.
#include "ota/devices/network.h"

#include <arpa/inet.h>
#include <mbedtls/pk.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "device/port/network.h"
#include "ota/trust/keys.h"

namespace mote {
namespace {

constexpr size_t kMaxNetworkPemBytes = 64 * 1024;
constexpr size_t kMaxKeyDerBytes = 256;

Error network_problem(const std::string& where, const std::string& what, const std::string& todo = "") {
  return {.cause = Cause::failed, .what = what, .where = where, .todo = todo};
}

Result<Bytes> certificate_der(FileSystem& files, const Path& path) {
  TRY(Bytes pem, files.read(path, kMaxNetworkPemBytes));
  pem.push_back(0);  // mbedTLS wants it counted
  mbedtls_x509_crt certificate;
  mbedtls_x509_crt_init(&certificate);
  Bytes der;
  if (mbedtls_x509_crt_parse(&certificate, pem.data(), pem.size()) == 0)
    der.assign(certificate.raw.p, certificate.raw.p + certificate.raw.len);
  mbedtls_x509_crt_free(&certificate);
  if (der.empty()) return network_problem(path.string(), "is no certificate");
  return der;
}

Result<Bytes> key_der(FileSystem& files, const Path& path) {
  TRY(Bytes pem, files.read(path, kMaxNetworkPemBytes));
  pem.push_back(0);
  mbedtls_pk_context key;
  mbedtls_pk_init(&key);
  std::array<uint8_t, kMaxKeyDerBytes> room{};
  int bytes = 0;
  if (mbedtls_pk_parse_key(&key, pem.data(), pem.size(), nullptr, 0) == 0)
    bytes = mbedtls_pk_write_key_der(&key, room.data(), room.size());  // at the end of the room
  mbedtls_pk_free(&key);
  std::fill(pem.begin(), pem.end(), uint8_t{0});
  if (bytes <= 0) return network_problem(path.string(), "is no private key");
  Bytes der(room.end() - bytes, room.end());
  room.fill(0);
  return der;
}

Result<void> set_address(const std::string& text, uint8_t (&to)[4]) {
  if (::inet_pton(AF_INET, text.c_str(), to) == 1) return {};
  return Error{.cause = Cause::usage, .what = "is no IPv4 address", .where = text, .todo = "write it as 192.168.1.5"};
}

// 1 to 32; 0: `text` is no such number.
unsigned netmask_bits(const std::string& text) {
  unsigned bits = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), bits);
  return problem == std::errc() && end == text.data() + text.size() && bits <= 32 ? bits : 0;
}

Result<void> set_own(const NetworkPlace& place, Network& network) {
  if (place.own.empty() && !place.router.empty())
    return Error{.cause = Cause::usage,
                 .what = "is of no use without an own address",
                 .where = place.router,
                 .todo = "give the device's own address too, or leave both to DHCP"};
  if (place.own.empty()) return {};
  const size_t slash = place.own.find('/');
  const unsigned bits = slash == std::string::npos ? 0 : netmask_bits(place.own.substr(slash + 1));
  if (bits == 0)
    return Error{.cause = Cause::usage, .what = "names no netmask", .where = place.own, .todo = "write it as 192.168.1.20/24"};
  TRY_DO(set_address(place.own.substr(0, slash), network.own));
  for (unsigned i = 0; i < bits; ++i) network.netmask[i / 8] = static_cast<uint8_t>(network.netmask[i / 8] | 0x80u >> i % 8);
  return place.router.empty() ? Result<void>() : set_address(place.router, network.router);
}

NetworkPart part_of(const Bytes& bytes) { return {bytes.data(), static_cast<uint16_t>(bytes.size())}; }

}  // namespace

Result<Bytes> network_blob(const Workspace& workspace, FileSystem& files, const std::string& id, const NetworkPlace& place) {
  const Path folder = workspace.device(id);
  if (!files.exists(folder / (id + ".key")))
    return network_problem(folder.string(), "there is no such device", "enrol it with: mote device enrol " + id);
  TRY(const Bytes authority, certificate_der(files, workspace.authority() / "ca.crt"));
  TRY(const Bytes certificate, certificate_der(files, folder / (id + ".crt")));
  TRY(const Bytes key, key_der(files, folder / (id + ".key")));
  TRY(const Bytes seed, random_bytes(kNetworkSeedBytes));
  Network network{};
  TRY_DO(set_address(place.broker, network.broker));
  TRY_DO(set_own(place, network));
  network.port = place.port;
  network.host_name = place.host_name.c_str();
  network.seed = seed.data();
  network.authority = part_of(authority), network.certificate = part_of(certificate), network.key = part_of(key);
  Bytes blob(kMaxNetworkBytes);
  blob.resize(network_write(network, blob.data(), blob.size()));
  if (blob.empty())
    return Error{.cause = Cause::usage,
                 .what = "a device cannot be told to reach this broker",
                 .where = place.host_name + " at " + place.broker,
                 .todo = "give a port, a host name of a-z, 0-9, '-' and '.', and a router within the device's own network"};
  return blob;
}

Result<Path> write_network(const Workspace& workspace, FileSystem& files, const std::string& id, const NetworkPlace& place) {
  TRY(const Bytes blob, network_blob(workspace, files, id, place));
  const Path path = workspace.device(id) / "network.bin";
  TRY_DO(files.write(path, blob, Access::owner_only));
  return path;
}

}  // namespace mote
