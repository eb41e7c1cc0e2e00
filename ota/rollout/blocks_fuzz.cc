// Feeds any bytes as a request to the queue of blocks.
#include "ota/rollout/blocks.h"

namespace {

class Hundred final : public mote::ChunkSource {
 public:
  uint32_t chunks(const mote::Digest&) const override { return 100; }
  mote::Bytes block(const mote::Digest&, uint32_t index) const override {
    if (index >= 100) __builtin_trap();
    return {1};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Hundred source;
  mote::BlockQueue queue(source);
  queue.ask("a", {data, size}, 0);
  while (queue.next(0)) queue.sent();
  return 0;
}
