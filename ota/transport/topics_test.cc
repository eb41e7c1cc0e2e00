// Topics, presence and the broker in memory.
#include "ota/transport/topics.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "ota/transport/presence.h"
#include "ota/transport/test/memory_broker.h"

namespace mote {
namespace {

using std::chrono::milliseconds;

TEST(Topics, GoThereAndBackForEveryChannelOfADevice) {
  EXPECT_EQ(topic_of("press-04", Channel::report), "mote/1/d/press-04/report");
  EXPECT_EQ(topic_of("press-04", Channel::time), "mote/1/time");
  EXPECT_EQ(filter_of(Channel::state), "mote/1/d/+/state");
#define MOTE_CHECK(number, name)                                                     \
  if (Channel::name != Channel::time) {                                              \
    const auto parsed = parse_topic(topic_of("a", Channel::name));                   \
    ASSERT_TRUE(parsed.has_value()) << #name;                                        \
    EXPECT_TRUE(parsed->device == "a" && parsed->channel == Channel::name) << #name; \
  }
  MOTE_CHANNELS(MOTE_CHECK)
#undef MOTE_CHECK
}

TEST(Topics, T2_RefusesWhatIsNotOneOfADevice) {
  for (const char* topic : {"", "mote/1/time", "mote/1/d/", "mote/1/d/a", "mote/1/d/a/", "mote/1/d/a/reports", "mote/1/d//state",
                            "mote/2/d/a/state", "mote/1/d/a/state/", "mote/1/d/A/state", "mote/1/d/+/state", "mote/1/d/a/time"})
    EXPECT_FALSE(parse_topic(topic).has_value()) << topic;
}

TEST(Topics, T1_NamesAreShortAndPlain) {
  for (const char* good : {"a", "0", "press-04", "a_b", "abcdefghijklmnopqrstuvwxyz01234"})
    EXPECT_TRUE(valid_device_id(good)) << good;
  for (const char* bad :
       {"", "-a", "_a", "A", "a b", "a/b", "a+", "a#", "a.b", "..", "\xc3\xa4", "abcdefghijklmnopqrstuvwxyz012345"})
    EXPECT_FALSE(valid_device_id(bad)) << bad;
}

TEST(Presence, T6_AWillTellsTheBootItBelongsTo) {
  const Bytes will = make_will(0x01020304);
  EXPECT_EQ(to_hex(will), "4d4f545704030201");
  const StateMessage said = parse_state_or_will(will);
  EXPECT_EQ(said.kind, StateKind::will);
  EXPECT_EQ(said.boot, 0x01020304u);
}

TEST(Presence, T7_AWillOfAnEarlierStartIsNotBelieved) {
  EXPECT_TRUE(says_gone(parse_state_or_will(make_will(7)), 7));
  EXPECT_TRUE(says_gone(parse_state_or_will(make_will(8)), 7));
  EXPECT_FALSE(says_gone(parse_state_or_will(make_will(6)), 7));
  EXPECT_TRUE(says_gone(parse_state_or_will(make_will(0)), 7));  // a gateway's, which did not know
}

TEST(Presence, OnlyWholeMarkersAndEnvelopesAreTaken) {
  const Bytes envelope = {'M', 'O', 'T', 'S', 5, 1, 0, 0};
  EXPECT_EQ(parse_state_or_will(envelope).kind, StateKind::state);
  EXPECT_EQ(parse_state_or_will(envelope).envelope.size(), envelope.size());
  EXPECT_EQ(parse_state_or_will({}).kind, StateKind::none);
  Bytes will = make_will(9);
  for (size_t count = 0; count < will.size(); ++count)
    EXPECT_EQ(parse_state_or_will(ByteView(will).first(count)).kind, StateKind::none) << count;
  will.push_back(0);
  EXPECT_EQ(parse_state_or_will(will).kind, StateKind::none);
}

// One client of the broker in memory, with all it was told.
struct SmallClient {
  std::unique_ptr<Connection> connection;
  std::vector<Message> messages;
  int connects = 0, disconnects = 0;

  SmallClient(MemoryBroker& broker, MemoryClient client) : connection(broker.connect(std::move(client))) { poll(); }
  void poll() {
    connection->poll(milliseconds(0), {.message = [this](const Message& message) { messages.push_back(message); },
                                       .connected = [this] { ++connects; },
                                       .disconnected = [this] { ++disconnects; }});
  }
  bool publish(const std::string& topic, ByteView payload, Delivery delivery = Delivery::at_least_once,
               Retain retain = Retain::no) {
    return connection->publish(topic, payload, delivery, retain).ok();
  }
};

TEST(MemoryBroker, RetainsMarksAndClears) {
  MemoryBroker broker;
  SmallClient early(broker, {"early"});
  ASSERT_TRUE(early.connection->subscribe("a/+").ok());
  SmallClient writer(broker, {"writer"});
  ASSERT_TRUE(writer.publish("a/b", view_of("1"), Delivery::at_least_once, Retain::yes));
  SmallClient late(broker, {"late"});
  ASSERT_TRUE(late.connection->subscribe("a/#").ok());
  early.poll(), late.poll();
  ASSERT_EQ(early.messages.size(), 1u);
  EXPECT_FALSE(early.messages[0].retained);
  ASSERT_EQ(late.messages.size(), 1u);
  EXPECT_TRUE(late.messages[0].retained);
  ASSERT_TRUE(writer.publish("a/b", {}, Delivery::at_least_once, Retain::yes));
  EXPECT_TRUE(broker.retained("a/b").empty());
}

TEST(MemoryBroker, ADropLeavesTheWillAndReconnectsWithItsSubscriptions) {
  MemoryBroker broker;
  SmallClient host(broker, {"host"});
  ASSERT_TRUE(host.connection->subscribe("d/+/state").ok());
  SmallClient device(broker, {.client = "d1", .will_topic = "d/d1/state", .will = make_will(2), .will_retain = Retain::yes});
  ASSERT_TRUE(device.connection->subscribe("d/d1/desired").ok());
  broker.hold_off("d1", true);
  host.poll(), device.poll();
  ASSERT_EQ(host.messages.size(), 1u);
  EXPECT_EQ(host.messages[0].payload, make_will(2));
  EXPECT_FALSE(device.connection->connected());
  EXPECT_FALSE(device.publish("d/d1/report", view_of("x")));
  ASSERT_TRUE(host.publish("d/d1/desired", view_of("go"), Delivery::at_least_once, Retain::yes));
  broker.hold_off("d1", false);
  device.poll();
  EXPECT_EQ(device.connects, 2);
  EXPECT_EQ(device.disconnects, 1);
  ASSERT_EQ(device.messages.size(), 1u);
  EXPECT_TRUE(device.messages[0].retained);
}

TEST(MemoryBroker, AKilledBrokerKeepsWhatIsRetainedAndTakesEverybodyBack) {
  MemoryBroker broker;
  SmallClient host(broker, {"host"});
  ASSERT_TRUE(host.connection->subscribe("t").ok());
  ASSERT_TRUE(host.publish("t", view_of("1"), Delivery::at_least_once, Retain::yes));
  host.poll();
  broker.kill();
  host.poll();
  EXPECT_FALSE(host.publish("t", view_of("2")));
  broker.restart();
  host.poll();
  ASSERT_EQ(host.messages.size(), 2u);
  EXPECT_EQ(text_of(host.messages[1].payload), "1");
}

TEST(MemoryBroker, LosesDuplicatesAndReordersByTheChancesGiven) {
  MemoryBroker broker(7);
  SmallClient host(broker, {"host"});
  ASSERT_TRUE(host.connection->subscribe("t").ok());
  SmallClient writer(broker, {"writer"});
  broker.faults.lose_at_most_once = 0.2;
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(writer.publish("t", view_of("x"), Delivery::at_most_once));
  host.poll();
  EXPECT_NEAR(static_cast<double>(host.messages.size()), 1600, 80);
  host.messages.clear();
  broker.faults = {.duplicate = 0.1, .reorder = 0.1};
  for (int i = 0; i < 2000; ++i) ASSERT_TRUE(writer.publish("t", view_of(std::to_string(i))));
  host.poll();
  EXPECT_NEAR(static_cast<double>(host.messages.size()), 2200, 60);
  int backwards = 0;
  for (size_t i = 1; i < host.messages.size(); ++i)
    backwards +=
        std::stoi(std::string(text_of(host.messages[i].payload))) < std::stoi(std::string(text_of(host.messages[i - 1].payload)));
  EXPECT_GT(backwards, 100);
}

}  // namespace
}  // namespace mote
