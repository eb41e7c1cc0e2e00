// Holds that blocks go round the devices, that requests replace each other, and that no device gets more than its allowance.
#include "ota/rollout/blocks.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "report_generated.h"

namespace mote {
namespace {

const Digest kPayload = sha256(view_of("payload"));

class Counted final : public ChunkSource {
 public:
  uint32_t chunks(const Digest& payload) const override { return payload == kPayload ? 100 : 0; }
  Bytes block(const Digest&, uint32_t index) const override { return {static_cast<uint8_t>(index)}; }
};

Bytes request(const Digest& payload, uint32_t first, std::vector<uint8_t> missing) {
  flatbuffers::FlatBufferBuilder builder;
  format::RequestT wanted;
  wanted.digest.assign(payload.begin(), payload.end());
  wanted.first = first;
  wanted.missing = std::move(missing);
  builder.Finish(format::Request::Pack(builder, &wanted));
  return Bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

class BlockQueueTest : public testing::Test {
 protected:
  // "a3 b0 ": who got what, until nothing is left or `limit`.
  std::string drain(int64_t now_ms = 0, int limit = 1000) {
    std::string order;
    while (limit-- > 0) {
      const std::optional<OutgoingBlock> block = queue_.next(now_ms);
      if (!block) break;
      order += block->device + std::to_string(block->payload[0]) + " ";
      queue_.sent();
    }
    return order;
  }
  int count(int64_t now_ms) {
    const std::string order = drain(now_ms);
    return static_cast<int>(std::count(order.begin(), order.end(), ' '));
  }

  Counted source_;
  BlockQueue queue_{source_};
};

TEST_F(BlockQueueTest, ServesWhatIsMissingInTurn) {
  queue_.ask("a", request(kPayload, 3, {0b101}));
  queue_.ask("b", request(kPayload, 0, {0b11}));
  EXPECT_EQ(drain(), "a3 b0 a5 b1 ");
  EXPECT_TRUE(queue_.empty());
}

TEST_F(BlockQueueTest, ABlockThatWasNotSentComesAgain) {
  queue_.ask("a", request(kPayload, 3, {1}));
  EXPECT_EQ(queue_.next(0)->payload[0], 3);
  EXPECT_EQ(drain(), "a3 ");
}

TEST_F(BlockQueueTest, ALaterRequestTakesTheEarliersPlace) {
  queue_.ask("a", request(kPayload, 0, {0xff}));
  queue_.ask("a", request(kPayload, 9, {1}));
  EXPECT_EQ(drain(), "a9 ");
}

TEST_F(BlockQueueTest, WhatIsNotThereIsNotServed) {
  queue_.ask("a", request(sha256({}), 0, {0xff}));
  queue_.ask("b", request(kPayload, 100, {0xff}));
  queue_.ask("c", request(kPayload, UINT32_MAX, {0xff}));
  queue_.ask("d", request(kPayload, 0, {}));
  queue_.ask("e", {});
  EXPECT_TRUE(queue_.empty());
  queue_.ask("f", request(kPayload, 98, std::vector<uint8_t>(500, 0xff)));
  EXPECT_EQ(drain(), "f98 f99 ");
}

TEST_F(BlockQueueTest, ADeviceThatAsksWithoutEndGetsItsAllowanceOnly) {
  int served = 0;
  for (int i = 0; i < 100; ++i) {
    queue_.ask("a", request(kPayload, 0, std::vector<uint8_t>(8, 0xff)));
    served += count(0);
  }
  EXPECT_EQ(served, kBlockBurst);
  queue_.ask("b", request(kPayload, 0, {1}));
  EXPECT_EQ(count(0), 1) << "another device is still served";
  served = 0;
  for (int i = 0; i < 100; ++i) {
    queue_.ask("a", request(kPayload, 0, std::vector<uint8_t>(8, 0xff)));
    served += count(500);
  }
  EXPECT_EQ(served, kBlocksPerSecond / 2);
}

TEST_F(BlockQueueTest, DamagedRequestsAreHarmless) {
  const Bytes good = request(kPayload, 3, {0b101, 7});
  Random random(1);
  for (int i = 0; i < 20000; ++i) {
    Bytes bad = good;
    for (uint64_t flips = 1 + random.below(4); flips > 0; --flips) bad[random.below(bad.size())] ^= 1 << random.below(8);
    bad.resize(bad.size() - random.below(2) * random.below(bad.size()));
    queue_.ask("a", bad);
    drain(i * 1000);
  }
}

}  // namespace
}  // namespace mote
