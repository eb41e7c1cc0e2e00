// Chunks for those who ask: every device's latest request, served in turn, so that none holds up the others.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/sha256.h"

namespace mote {

// Where chunks come from (ota/rollout/release.h).
class ChunkSource {
 public:
  virtual ~ChunkSource() = default;
  virtual uint32_t chunks(const Digest& payload) const = 0;              // 0: no such payload
  virtual Bytes block(const Digest& payload, uint32_t index) const = 0;  // a Block FlatBuffer; index < chunks
};

constexpr uint32_t kMaxRequestBits = 64;   // wanted in one request; further bits are ignored
constexpr int64_t kBlocksPerSecond = 512;  // per device, so that a faulty or hostile one cannot fill the network
constexpr int64_t kBlockBurst = 512;

struct OutgoingBlock {
  std::string device;
  Bytes payload;
};

// Holds one request per device and no copy of a chunk.
class BlockQueue {
 public:
  explicit BlockQueue(const ChunkSource& source) : source_(source) {}

  // A Request message. It takes the place of an earlier one of this device; one that is malformed, names no payload of ours or
  // wants no chunk there is changes nothing.
  void ask(const std::string& device, ByteView request);
  void forget(const std::string& device) { asked_.erase(device); }
  bool empty() const { return asked_.empty(); }

  // The next block, in turn over the devices, that its device may have at `now_ms`. Call sent() once it is on its way.
  std::optional<OutgoingBlock> next(int64_t now_ms);
  void sent();

 private:
  struct Asked {
    Digest payload{};
    uint32_t first = 0;
    uint64_t bits = 0;
  };
  struct Allowance {
    int64_t left = kBlockBurst;
    int64_t at_ms = 0;
  };
  bool may_have(const std::string& device, int64_t now_ms);

  const ChunkSource& source_;
  std::map<std::string, Asked> asked_;
  std::map<std::string, Allowance> allowances_;
  std::string turn_;  // the device that was served last
};

}  // namespace mote
