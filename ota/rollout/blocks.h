// Chunks for those who ask: every device's latest request, served in turn, so that none holds up the others. What several ask for
// at the same time goes out once, on the topic that they share.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/sha256.h"
#include "ota/transport/chunk_request.h"

namespace mote {

// Where chunks come from (ota/rollout/release.h).
class ChunkSource {
 public:
  virtual ~ChunkSource() = default;
  virtual uint32_t chunks(const Digest& payload) const = 0;              // 0: no such payload
  virtual Bytes block(const Digest& payload, uint32_t index) const = 0;  // a Block FlatBuffer; index < chunks
};

constexpr int64_t kLateMs = 10'000;  // for so long a request that is no newer than the last one taken is a double of it, or late
constexpr int64_t kGatherMs = 250;   // that a device's first request in a part waits for others that come to it
constexpr int64_t kEchoMs = 1000;    // a request may have been under way for so long when what it asks for went out for all
constexpr int64_t kListenMs = 5000;  // a device that has not asked for so long is done, asleep or gone
constexpr int64_t kBlocksPerSecond = 512;  // per device, so that a faulty or hostile one cannot fill the network
constexpr int64_t kBlockBurst = 512;

struct OutgoingBlock {
  std::string topic;
  Bytes payload;
};

// Holds one request per device and no copy of a chunk.
//
// Devices that ask for chunks of the same part of a payload hear its shared topic (ota/transport/shared_chunks.h). A chunk that
// two or more of them lack, and that none of them has, goes out there, whoever asked. Any other goes to who asked alone, and so
// does one that a device asks for after it went out there: no device depends on the shared topic, and what one of them lost does
// not come to all. Who asks for most of what went out there does not hear it, and is left out of account.
class BlockQueue {
 public:
  explicit BlockQueue(const ChunkSource& source) : source_(source) {}

  // A Request message. It takes the place of an earlier one of this device; one that is malformed, names no payload of ours,
  // wants no chunk there is, or was doubled or overtaken on its way changes nothing. True when it was taken.
  bool ask(const std::string& device, ByteView request, int64_t now_ms);
  void forget(const std::string& device);
  bool empty() const { return waiting_.empty(); }

  // The next block, in turn over the devices, that its device may have at `now_ms`. Call sent() once it is on its way.
  std::optional<OutgoingBlock> next(int64_t now_ms);
  void sent();

 private:
  using Place = std::pair<Digest, uint32_t>;  // a part of a payload
  struct Client {
    uint64_t number = 0;  // of its last request: boot and counter
    int64_t asked_ms = 0;
    int64_t gathered_ms = 0;  // when its requests in these parts need wait no longer
    Digest payload{};
    std::set<uint32_t> parts;  // that its last request reaches into
    uint32_t first = 0;
    uint64_t bits = 0;         // wanted, and not sent yet
    std::vector<bool> has;     // by what it asked for and what it was sent since
    std::vector<bool> shared;  // went out for all while it listened
    std::vector<bool> missed;  // of them, was asked for afterwards
    uint32_t shared_count = 0;
    uint32_t missed_count = 0;
    int64_t allowance = kBlockBurst;
    int64_t allowance_ms = 0;
  };

  void listen_to(const std::string& device, Client& client, const Digest& payload, std::set<uint32_t> parts);
  static bool is_deaf(const Client& client);
  uint64_t not_under_way(const Client& client, uint32_t first, uint64_t bits, int64_t now_ms) const;
  void take(const std::string& device, bool is_shared);
  bool may_have(Client& client, int64_t now_ms);
  std::vector<std::string> listeners(const Place& place, int64_t now_ms) const;
  bool is_for_all(const Client& client, const std::vector<std::string>& listeners) const;

  const ChunkSource& source_;
  std::map<std::string, Client> clients_;
  std::map<Place, std::set<std::string>> listening_;  // devices
  std::map<Digest, std::vector<int64_t>> shared_ms_;  // when each chunk of a payload went out for all
  std::set<std::string> waiting_;

  std::string turn_;              // the device that was served last
  uint32_t index_ = 0;            // the chunk of next()
  int64_t next_ms_ = 0;           // when it was asked for
  std::vector<std::string> all_;  // who hears it, where it goes out for all
};

}  // namespace mote
