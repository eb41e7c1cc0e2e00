// Firmware hears the shared topics that a gateway hears for a device that asks for the same (docs/spec/topics.md, T11).
#include <gtest/gtest.h>

#include <bit>

#include "base/random.h"
#include "boards/common/net/topics.h"
#include "device/format/messages.h"
#include "ota/transport/shared_chunks.h"
#include "ota/transport/topics.h"

namespace mote {
namespace {

// Keeps what is subscribed to.
struct Subscriptions final : Connection {
  std::set<std::string> topics;

  bool connected() const override { return true; }
  Result<void> publish(const std::string&, ByteView, Delivery, Retain) override { return {}; }
  Result<void> subscribe(const std::string& filter) override {
    EXPECT_TRUE(topics.insert(filter).second) << filter;
    return {};
  }
  Result<void> unsubscribe(const std::string& filter) override {
    EXPECT_EQ(topics.erase(filter), 1u) << filter;
    return {};
  }
  void poll(std::chrono::milliseconds, const Handlers&) override {}
};

struct Asked {
  Digest payload;
  uint32_t first;
  uint64_t bits;

  Bytes message() const {
    Bytes bytes(128);
    const RequestFields fields{payload.data(), reinterpret_cast<const uint8_t*>(&bits), sizeof bits, first, 1, 1};
    bytes.resize(write_request(fields, bytes.data(), static_cast<uint32_t>(bytes.size())));
    return bytes;
  }
  net::SharedParts parts() const { return net::parts_of_request(payload.data(), first, bits); }
};

Asked random_request(Random& random) {
  Asked asked{{}, static_cast<uint32_t>(random.below(1000)), random.next() >> random.below(64)};
  if (random.below(8) == 0) asked.first = UINT32_MAX - 64 - asked.first;
  asked.payload.fill(static_cast<uint8_t>(0x5E + random.below(2)));
  return asked;
}

TEST(FirmwareSharedTopics, T11_AreThoseOfAGateway) {
  Random random(11);
  Subscriptions firmware, gateway;
  SharedChunks chunks;
  net::SharedParts heard{};
  bool has_room = true;
  const auto change = [&](const char* topic, bool subscribe) {
    if (!(has_room = random.below(4) != 0)) return false;
    (void)(subscribe ? firmware.subscribe(topic) : firmware.unsubscribe(topic));
    return true;
  };
  for (int step = 0; step < 5000; ++step) {
    const bool is_state = random.below(6) == 0;
    const Asked asked = random_request(random);
    if (!is_state && asked.bits == 0) continue;
    ASSERT_TRUE(chunks.follow(gateway, is_state ? Channel::state : Channel::request, asked.message()).ok());
    const net::SharedParts wanted = is_state ? net::SharedParts{} : asked.parts();
    while (!net::shared_follow(&heard, wanted, change)) ASSERT_FALSE(has_room);
    ASSERT_EQ(firmware.topics, gateway.topics) << step;
    for (const std::string& topic : firmware.topics) ASSERT_LT(topic.size(), net::kSharedTopicBytes);
  }
}

TEST(FirmwareSharedTopics, T11_WhatIsHeardAlreadyIsLeftAsItIs) {
  net::SharedParts heard{};
  std::vector<std::string> changes;
  const auto change = [&](const char* topic, bool subscribe) {
    changes.push_back((subscribe ? "+" : "-") + std::string(topic));
    return true;
  };
  const Digest payload = {0xAB};
  const auto ask = [&](uint32_t first, uint64_t bits) {
    changes.clear();
    EXPECT_TRUE(net::shared_follow(&heard, net::parts_of_request(payload.data(), first, bits), change));
    return changes;
  };
  using Changes = std::vector<std::string>;
  EXPECT_EQ(ask(0, 0xFFFF), Changes{"+" + shared_topic(payload, 0)});
  EXPECT_EQ(ask(16, 0xFFFF), Changes{});
  EXPECT_EQ(ask(56, 0xFFFF), Changes{"+" + shared_topic(payload, 1)});
  EXPECT_EQ(ask(64, 0xFFFF), Changes{"-" + shared_topic(payload, 0)});
  EXPECT_EQ(ask(60, 0xFF), Changes{"+" + shared_topic(payload, 0)}) << "also backwards";
}

TEST(FirmwareTopics, T2_TakesItsOwnAndTheSharedOnesAndNoOthers) {
  net::Topics topics{};
  net::topics_init(&topics, "press-04");
  for (const std::string& topic :
       {topic_of("press-04", Channel::block), topic_of("press-04", Channel::desired), topic_of("press-04", Channel::root),
        topic_of("press-04", Channel::acknowledge), topic_of("", Channel::time), shared_topic(Digest{1}, 7),
        topic_of("press-04", Channel::state), topic_of("press-05", Channel::block), std::string("mote/1/blk"),
        std::string("mote/1/other"), std::string()}) {
    Channel channel{};
    const bool taken = net::channel_of(topics, topic.c_str(), &channel);
    EXPECT_EQ(taken ? std::optional(channel) : std::nullopt, channel_down(topic, "press-04")) << topic;
  }
}

}  // namespace
}  // namespace mote
