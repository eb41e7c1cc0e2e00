// What the fuzz targets of networked firmware start from: packets of a broker, and blobs of settings of the network. One
// argument: the folder above those of the targets.
#include "device/port/network.h"
#include "tests/fuzz/seeds.h"

namespace mote {
namespace {

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) append(all, part);
  return all;
}

const Bytes kConnected = {0x20, 2, 0, 0};
const Bytes kSubscribed = {0x90, 3, 0, 1, 1};
const Bytes kMessage = {0x30, 13, 0, 10, 'm', 'o', 't', 'e', '/', '1', '/', 'a', '/', 'b', 7};
const Bytes kAcknowledgedMessage = {0x32, 8, 0, 3, 'a', '/', 'b', 0, 9, 7};
const Bytes kAnswer = {0xD0, 0};
const Bytes kTooLong = {0x30, 0x80, 0x80, 0x80, 0x40};

// The first byte says how large the pieces are in which a packet arrives.
std::vector<Bytes> packet_seeds() {
  std::vector<Bytes> seeds;
  for (const uint8_t piece : {0, 1, 255})
    for (const Bytes& stream :
         {joined({kConnected, kSubscribed, kMessage, kAcknowledgedMessage, kAnswer}), joined({kConnected, kTooLong}),
          joined({kMessage, kMessage, {0x30, 0xFF}}), joined({{0x30, 0xAC, 2, 0, 1, 'a'}, Bytes(297, 1)})})
      seeds.push_back(joined({{piece}, stream}));
  return seeds;
}

std::vector<Bytes> blob_seeds() {
  const uint8_t seed[kNetworkSeedBytes] = {9, 8, 7};
  const Bytes part(40, 1);
  const NetworkPart parts[] = {{part.data(), 1}, {part.data(), 40}};
  std::vector<Bytes> blobs;
  for (const bool own : {false, true})
    for (const NetworkPart& each : parts) {
      Network network{{10, 0, 2, 2}, 8883, {}, {}, {}, "localhost", seed, each, each, each};
      if (own) network.own[0] = network.router[0] = 10, network.own[3] = 1, network.router[3] = 2, network.netmask[0] = 255;
      Bytes blob(kMaxNetworkBytes);
      blob.resize(network_write(network, blob.data(), blob.size()));
      blobs.push_back(blob);
      append(blob, Bytes(64, 0xFF));  // the rest of a sector
      blobs.push_back(blob);
    }
  return blobs;
}

std::vector<Seed> numbered(const std::vector<Bytes>& bytes) {
  std::vector<Seed> seeds;
  for (const Bytes& each : bytes) seeds.push_back({"seed-" + std::to_string(seeds.size()), each});
  return seeds;
}

Result<void> write_all(const Path& folder) {
  TRY_DO(write_seeds(folder / "packets_fuzz", numbered(packet_seeds())));
  return write_seeds(folder / "network_fuzz", numbered(blob_seeds()));
}

}  // namespace
}  // namespace mote

int main(int count, char** words) { return mote::write_seeds_into(count, words, mote::write_all); }
