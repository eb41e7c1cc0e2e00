// Holds that blocks go round the devices, that requests replace each other, and that no device gets more than its allowance.
#include "ota/rollout/blocks.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "ota/transport/topics.h"
#include "report_generated.h"

namespace mote {
namespace {

const Digest kPayload = sha256(view_of("payload"));

class Counted final : public ChunkSource {
 public:
  Digest more = kPayload;
  uint32_t chunks(const Digest& payload) const override { return payload == kPayload || payload == more ? 100 : 0; }
  Bytes block(const Digest&, uint32_t index) const override { return {static_cast<uint8_t>(index)}; }
};

Bytes request(const Digest& payload, uint32_t first, std::vector<uint8_t> missing, uint32_t boot = 0, uint32_t counter = 0) {
  flatbuffers::FlatBufferBuilder builder;
  format::RequestT wanted;
  wanted.digest.assign(payload.begin(), payload.end());
  wanted.first = first;
  wanted.missing = std::move(missing);
  wanted.boot = boot;
  wanted.counter = counter;
  builder.Finish(format::Request::Pack(builder, &wanted));
  return Bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

class BlockQueueTest : public testing::Test {
 protected:
  void ask(const std::string& device, const Bytes& request, int64_t now_ms = 0) { queue_.ask(device, request, now_ms); }
  // "a3 b0 ": who got what, until nothing is left or `limit`.
  std::string drain(int64_t now_ms = kGatherMs, int limit = 1000) {
    std::string order;
    while (limit-- > 0) {
      const std::optional<OutgoingBlock> block = queue_.next(now_ms);
      if (!block) break;
      order += who(block->topic) + std::to_string(block->payload[0]) + " ";
      queue_.sent();
    }
    return order;
  }
  // The device; "*" for all who share.
  static std::string who(const std::string& topic) {
    const std::optional<DeviceTopic> own = parse_topic(topic);
    return own ? own->device : "*";
  }
  int count(int64_t now_ms) {
    const std::string order = drain(now_ms);
    return static_cast<int>(std::count(order.begin(), order.end(), ' '));
  }

  Counted source_;
  BlockQueue queue_{source_};
};

TEST_F(BlockQueueTest, ServesWhatIsMissingInTurn) {
  ask("a", request(kPayload, 3, {0b101}));
  ask("b", request(kPayload, 64, {0b11}));
  EXPECT_EQ(drain(), "a3 b64 a5 b65 ");
  EXPECT_TRUE(queue_.empty());
}

TEST_F(BlockQueueTest, WhatTwoLackGoesOutOnceOnTheTopicOfItsPart) {
  ask("a", request(kPayload, 60, {0b1111}));
  ask("b", request(kPayload, 61, {0b111}));
  EXPECT_EQ(queue_.next(kGatherMs)->topic, topic_of("a", Channel::block)) << "b has what is before its request";
  queue_.sent();
  EXPECT_EQ(queue_.next(kGatherMs)->topic, "mote/1/blk/" + to_hex(kPayload) + "/0");
  EXPECT_EQ(drain(), "*61 *62 *63 ");
  EXPECT_TRUE(queue_.empty());
}

TEST_F(BlockQueueTest, WhoeverAsksFirstBringsItToAllOfThePart) {
  ask("a", request(kPayload, 0, {0b11}));
  ask("b", request(kPayload, 0, {0b11}));
  EXPECT_EQ(drain(), "*0 *1 ");
  ask("a", request(kPayload, 2, {0b11}), 1000);
  EXPECT_EQ(drain(1000), "*2 *3 ");
  ask("b", request(kPayload, 3, {0b11}), 3000);
  EXPECT_EQ(drain(3000), "b3 *4 ") << "a has what b did not hear; what neither has is for both";
  ask("b", request(kPayload, 5, {0b1}), 3001 + kListenMs);
  EXPECT_EQ(drain(3001 + kListenMs), "b5 ") << "a is asleep, or done";
}

TEST_F(BlockQueueTest, WhoAsksForWhatWentOutForAllGetsItAlone) {
  ask("a", request(kPayload, 0, {0b11}));
  ask("b", request(kPayload, 0, {0b11}));
  EXPECT_EQ(drain(), "*0 *1 ");
  ask("b", request(kPayload, 0, {0b11}), kGatherMs + kEchoMs - 1);
  EXPECT_TRUE(queue_.empty()) << "the request was under way when they went out";
  ask("a", request(kPayload, 0, {0b111}), kGatherMs + kEchoMs);
  ask("b", request(kPayload, 0, {0b111}), kGatherMs + kEchoMs);
  EXPECT_EQ(drain(kGatherMs + kEchoMs), "a0 b0 a1 b1 *2 ");
}

TEST_F(BlockQueueTest, WhoDoesNotHearTheSharedTopicIsLeftOutOfAccount) {
  int64_t now = 0;
  const auto both = [&](uint32_t chunk) {
    now += 2 * kEchoMs;
    for (const char* device : {"a", "b"}) ask(device, request(kPayload, chunk, {1}), now);
    const std::string served = drain(now + kGatherMs);
    return std::count(served.begin(), served.end(), '*');
  };
  for (uint32_t chunk = 0; chunk < 32; ++chunk) {
    EXPECT_EQ(both(chunk), 1);
    EXPECT_EQ(both(chunk), 0) << "each alone";
  }
  EXPECT_EQ(both(32), 0) << "they were enough";
}

TEST_F(BlockQueueTest, TheFirstRequestInAPartWaitsForOthersAndTheNextDoesNot) {
  ask("a", request(kPayload, 0, {0b1}), 100);
  EXPECT_EQ(drain(100 + kGatherMs - 1), "");
  ask("b", request(kPayload, 0, {0b1}), 100 + kGatherMs - 1);
  EXPECT_EQ(drain(100 + kGatherMs), "*0 ");
  ask("a", request(kPayload, 1, {0b1}), 100 + kGatherMs);
  EXPECT_EQ(drain(100 + kGatherMs), "*1 ");
}

TEST_F(BlockQueueTest, AnotherPayloadIsAnotherMatterAndOneThatIsForgottenIsNobody) {
  const Digest other = sha256(view_of("other"));
  source_.more = other;
  ask("a", request(kPayload, 0, {0b1}));
  ask("b", request(other, 0, {0b1}));
  EXPECT_EQ(drain(), "a0 b0 ");
  ask("a", request(other, 1, {0b1}));
  ask("b", request(other, 1, {0b1}));
  EXPECT_EQ(drain(2 * kGatherMs), "*1 ");
  queue_.forget("a");
  ask("b", request(other, 2, {0b1}));
  EXPECT_EQ(drain(), "b2 ");
}

TEST_F(BlockQueueTest, ABlockThatWasNotSentComesAgain) {
  ask("a", request(kPayload, 3, {1}));
  EXPECT_EQ(queue_.next(kGatherMs)->payload[0], 3);
  EXPECT_EQ(drain(), "a3 ");
}

TEST_F(BlockQueueTest, ALaterRequestTakesTheEarliersPlace) {
  ask("a", request(kPayload, 0, {0xff}));
  ask("a", request(kPayload, 9, {1}));
  EXPECT_EQ(drain(), "a9 ");
}

TEST_F(BlockQueueTest, ARequestThatCameBeforeOrWasOvertakenIsNotServedAgain) {
  ask("a", request(kPayload, 0, {0b11}, 1, 5));
  EXPECT_EQ(drain(), "a0 a1 ");
  ask("a", request(kPayload, 0, {0b11}, 1, 5), 300);
  ask("a", request(kPayload, 7, {0b11}, 1, 4), 300);
  EXPECT_TRUE(queue_.empty());
  ask("a", request(kPayload, 2, {0b1}, 1, 6), 300);
  EXPECT_EQ(drain(300), "a2 ");
  ask("a", request(kPayload, 3, {0b1}, 2, 1), 300);  // after a restart
  EXPECT_EQ(drain(300), "a3 ");
}

TEST_F(BlockQueueTest, AnInventedNumberSilencesADeviceForAWhileOnly) {
  ask("a", request(kPayload, 0, {1}, UINT32_MAX, UINT32_MAX));
  drain();
  ask("a", request(kPayload, 1, {1}, 1, 1), kLateMs - 1);
  EXPECT_TRUE(queue_.empty());
  ask("a", request(kPayload, 1, {1}, 1, 2), kLateMs);
  EXPECT_EQ(drain(kLateMs), "a1 ");
}

TEST_F(BlockQueueTest, WhatIsNotThereIsNotServed) {
  ask("a", request(sha256({}), 0, {0xff}));
  ask("b", request(kPayload, 100, {0xff}));
  ask("c", request(kPayload, UINT32_MAX, {0xff}));
  ask("d", request(kPayload, 0, {}));
  ask("e", {});
  EXPECT_TRUE(queue_.empty());
  ask("f", request(kPayload, 98, std::vector<uint8_t>(500, 0xff)));
  EXPECT_EQ(drain(), "f98 f99 ");
}

TEST_F(BlockQueueTest, ADeviceThatAsksWithoutEndGetsItsAllowanceOnly) {
  int served = 0;
  for (int i = 0; i < 100; ++i) {
    ask("a", request(kPayload, 0, std::vector<uint8_t>(8, 0xff)), kGatherMs);
    served += count(2 * kGatherMs);
  }
  EXPECT_EQ(served, kBlockBurst);
  ask("b", request(kPayload, 0, {1}), kGatherMs);
  EXPECT_EQ(count(2 * kGatherMs), 1) << "another device is still served";
  queue_.forget("b");
  served = 0;
  for (int i = 0; i < 100; ++i) {
    ask("a", request(kPayload, 0, std::vector<uint8_t>(8, 0xff)), 2 * kGatherMs);
    served += count(2 * kGatherMs + 500);
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
    ask("a", bad);
    drain(i * 1000);
  }
}

}  // namespace
}  // namespace mote
