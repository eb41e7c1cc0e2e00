// Holds the collector to its promises: nothing unsigned is believed, nothing is lost, nothing counts twice.
#include "host/fleet/collector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test/fake_clock.h"
#include "host/fleet/test/speaking_device.h"
#include "ota/transport/presence.h"
#include "ota/transport/test/memory_broker.h"
#include "ota/transport/topics.h"

namespace mote::fleet {
namespace {

using testing::ElementsAre;

constexpr std::chrono::milliseconds kNow{0};

// What a device hears back.
class Ear {
 public:
  Ear(MemoryBroker& broker, const std::string& device) : connection_(broker.connect({.client = device})) {
    connection_->poll(kNow, {});
    EXPECT_TRUE(connection_->subscribe(topic_of(device, Channel::acknowledge)).ok());
  }
  // Counters of the acknowledgements since the last call.
  std::vector<uint32_t> heard() {
    std::vector<uint32_t> counters;
    connection_->poll(kNow, {.message = [&counters](const Message& message) {
                        AcknowledgeMessage acknowledge;
                        ASSERT_TRUE(read_acknowledge(message.payload.data(), message.payload.size(), &acknowledge));
                        counters.push_back(acknowledge.counter);
                      }});
    return counters;
  }
  Connection& connection() { return *connection_; }

 private:
  std::unique_ptr<Connection> connection_;
};

class CollectorTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(devices_.prepare().ok());
    ASSERT_TRUE(store_.prepare().ok());
    ASSERT_TRUE(devices_.enrol(device_.enrolment()).ok());
    connection_->poll(kNow, {});
    ASSERT_TRUE(collector_.begin().ok());
  }

  void publish(Channel channel, ByteView bytes, Retain retain = Retain::no) {
    ASSERT_TRUE(ear_.connection().publish(topic_of("press-04", channel), bytes, Delivery::at_least_once, retain).ok());
  }
  void collect() { ASSERT_TRUE(collector_.step(kNow).ok()); }
  void speak(Channel channel, ByteView bytes) {
    publish(channel, bytes);
    collect();
  }
  uint64_t refused(Refusal why) const {
    const auto& refused = collector_.collected().refused;
    return refused.contains(why) ? refused.at(why) : 0;
  }
  int64_t rows(const std::string& table) {
    Statement count = database_.prepare("SELECT count(*) FROM " + table);
    EXPECT_TRUE(count.step().ok());
    return count.integer(0);
  }
  DeviceState state() { return store_.states().value().at("press-04"); }

  Bytes report_of(int windows) {
    for (int i = 0; i < windows; ++i) device_.window({}, {1, 2, 3});
    return device_.report();
  }

  MemoryBroker broker_;
  FakeClock clock_;
  Database database_ = Database::in_memory().value();
  Devices devices_{database_};
  FleetStore store_{database_};
  SpeakingDevice device_{"press-04"};
  Ear ear_{broker_, "press-04"};
  std::unique_ptr<Connection> connection_ = broker_.connect({.client = "host.collector"});
  Collector collector_{store_, devices_, *connection_, clock_};
};

TEST_F(CollectorTest, S14_a_report_is_stored_and_acknowledged) {
  speak(Channel::report, report_of(7));
  EXPECT_THAT(ear_.heard(), ElementsAre(1));
  EXPECT_EQ(collector_.collected().stored, 1u);
  EXPECT_EQ(collector_.collected().windows, 7u);
  const std::vector<Installation> installations = store_.installations().value();
  ASSERT_EQ(installations.size(), 1u);
  EXPECT_EQ(installations[0].device, "press-04");
  const std::vector<StoredReport> reports = store_.reports(installations[0]).value();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].windows, 7u);
  EXPECT_EQ(reports[0].received_ms, clock_.now_ms());
  EXPECT_THAT(counts_of(store_.metric(reports[0].id, metric_id::classes).value().at(0)), ElementsAre(0, 0, 7));
}

TEST_F(CollectorTest, S12_a_report_that_comes_again_is_acknowledged_again_and_counted_once) {
  const Bytes report = report_of(7);
  for (int i = 0; i < 3; ++i) speak(Channel::report, report);
  publish(Channel::report, report);
  publish(Channel::report, report);  // twice within one step
  collect();
  EXPECT_THAT(ear_.heard(), ElementsAre(1, 1, 1, 1, 1));
  EXPECT_EQ(collector_.collected().stored, 1u);
  EXPECT_EQ(collector_.collected().known, 4u);
  EXPECT_EQ(collector_.collected().windows, 7u);
  EXPECT_EQ(rows("reports"), 1);
}

TEST_F(CollectorTest, S13_the_same_number_with_other_content_is_refused) {
  speak(Channel::report, report_of(7));
  SpeakingDevice erased = device_;  // as if its flash had been rolled back: it gives out the next number once more
  speak(Channel::report, report_of(2));
  EXPECT_THAT(ear_.heard(), ElementsAre(1, 2));
  erased.window({}, {9, 2, 3});
  speak(Channel::report, erased.report());
  EXPECT_EQ(refused(Refusal::conflicting), 1u);
  EXPECT_TRUE(ear_.heard().empty());
  EXPECT_EQ(rows("reports"), 2);
}

TEST_F(CollectorTest, S11_strangers_and_retired_devices_are_refused) {
  ASSERT_TRUE(devices_.retire("press-04", 5).ok());
  speak(Channel::report, report_of(1));
  EXPECT_EQ(refused(Refusal::unknown_device), 1u);
  speak(Channel::state, device_.state());
  EXPECT_EQ(refused(Refusal::unknown_device), 2u);
  broker_.inject("mote/1/d/nobody/report", report_of(1));
  collect();
  EXPECT_EQ(refused(Refusal::unknown_device), 3u);
  EXPECT_TRUE(ear_.heard().empty());
  EXPECT_EQ(rows("reports"), 0);
}

TEST_F(CollectorTest, S10_a_report_signed_by_another_device_is_refused) {
  SpeakingDevice other("press-05");
  ASSERT_TRUE(devices_.enrol(other.enrolment()).ok());
  speak(Channel::report, other.report("press-04"));
  EXPECT_EQ(refused(Refusal::bad_signature), 1u);
  speak(Channel::report, device_.report("press-05"));  // own key and topic, but another's name
  EXPECT_EQ(refused(Refusal::wrong_device), 1u);
  EXPECT_EQ(rows("reports"), 0);
}

TEST_F(CollectorTest, S10_every_changed_byte_is_refused) {
  const Bytes good = report_of(3);
  size_t sent = 0;
  for (size_t at = 0; at < good.size(); at += 7, ++sent) {
    Bytes bad = good;
    bad[at] ^= 0x10;
    publish(Channel::report, bad);
  }
  Bytes longer = good;
  longer.push_back(0);
  publish(Channel::report, longer);
  publish(Channel::report, ByteView(good).first(good.size() - 1));
  publish(Channel::report, {});
  collect();
  uint64_t total = 0;
  for (const auto& [why, count] : collector_.collected().refused) total += count;
  EXPECT_EQ(total, sent + 3);
  EXPECT_EQ(rows("reports"), 0);
  speak(Channel::report, good);
  EXPECT_EQ(rows("reports"), 1) << "once only the defect is repaired";
}

TEST_F(CollectorTest, S10_a_signed_state_is_no_report_and_a_signed_nothing_is_malformed) {
  speak(Channel::report, device_.state());
  EXPECT_EQ(refused(Refusal::not_signed), 1u);
  speak(Channel::report, device_.sealed_payload(EnvelopeType::report, Bytes(64, 7)));
  EXPECT_EQ(refused(Refusal::malformed), 1u);
  EXPECT_EQ(std::string(name_of(Refusal::malformed)), "malformed");
}

TEST_F(CollectorTest, S14_what_is_not_on_the_disk_is_not_acknowledged) {
  const Bytes first = report_of(1), second = report_of(1);
  ASSERT_TRUE(
      database_
          .execute("CREATE TRIGGER full BEFORE INSERT ON metrics WHEN (SELECT counter FROM reports WHERE id = NEW.report) = 2"
                   " BEGIN SELECT RAISE(ABORT, 'disk full'); END")
          .ok());
  publish(Channel::report, first);
  publish(Channel::report, second);
  EXPECT_FALSE(collector_.step(kNow).ok());
  EXPECT_TRUE(ear_.heard().empty());
  EXPECT_EQ(rows("reports"), 0) << "all or nothing";
  EXPECT_EQ(collector_.collected().stored, 0u);
  ASSERT_TRUE(database_.execute("DROP TRIGGER full").ok());
  publish(Channel::report, first);
  publish(Channel::report, second);
  collect();
  EXPECT_THAT(ear_.heard(), ElementsAre(1, 2));
  EXPECT_EQ(rows("reports"), 2);
}

TEST_F(CollectorTest, S12_nothing_is_lost_or_counted_twice_over_a_bad_connection) {
  broker_.faults = {.lose_at_least_once = 0.2, .duplicate = 0.2, .reorder = 0.1, .drop = 0.05};
  std::vector<Bytes> reports;
  for (int i = 0; i < 60; ++i) reports.push_back(report_of(1 + i % 3));
  for (size_t next = 0, tries = 0; next < reports.size(); ++tries) {  // as the agent: one at a time, again until answered
    ASSERT_LT(tries, 5000u);
    (void)ear_.connection().publish(topic_of("press-04", Channel::report), reports[next], Delivery::at_least_once, Retain::no);
    collect();
    for (const uint32_t counter : ear_.heard())
      if (counter == next + 1) {
        ++next;
        break;
      }
  }
  EXPECT_EQ(collector_.collected().stored, 60u);
  EXPECT_EQ(collector_.collected().windows, 120u);
  EXPECT_GT(collector_.collected().known, 0u) << "the connection was bad";
}

TEST_F(CollectorTest, TheLastStateAndThePresenceAreKept) {
  speak(Channel::state, device_.state(MOTE_SELF_TEST_FAILED));
  EXPECT_EQ(state().said.status, MOTE_SELF_TEST_FAILED);
  EXPECT_EQ(state().presence, Presence::online);
  EXPECT_EQ(state().seen_ms, clock_.now_ms());
  speak(Channel::state, make_will(1));
  EXPECT_EQ(state().presence, Presence::gone);

  device_.restart();
  speak(Channel::state, device_.state());
  EXPECT_EQ(state().said.boot, 2u);
  EXPECT_EQ(state().presence, Presence::online);
  speak(Channel::state, make_will(1));
  EXPECT_EQ(state().presence, Presence::online) << "the will of an earlier start";
}

TEST_F(CollectorTest, AnOlderStateChangesNothing) {
  const Bytes older = device_.state(MOTE_TRIAL_FAILED);
  device_.restart();
  speak(Channel::state, device_.state());
  clock_.advance(1000);
  speak(Channel::state, older);
  EXPECT_EQ(state().said.boot, 2u);
  EXPECT_EQ(state().said.status, MOTE_OK);
}

TEST_F(CollectorTest, ARetainedStateDoesNotSayWhenTheDeviceSpoke) {
  publish(Channel::state, device_.state(), Retain::yes);
  auto late = broker_.connect({.client = "late"});
  Database database = Database::in_memory().value();
  FleetStore store(database);
  Devices devices(database);
  ASSERT_TRUE(store.prepare().ok() && devices.prepare().ok() && devices.enrol(device_.enrolment()).ok());
  Collector collector(store, devices, *late, clock_);
  late->poll(kNow, {});
  ASSERT_TRUE(collector.begin().ok());
  ASSERT_TRUE(collector.step(kNow).ok());
  EXPECT_EQ(store.states().value().at("press-04").seen_ms, 0);
  EXPECT_EQ(store.states().value().at("press-04").presence, Presence::online);
}

}  // namespace
}  // namespace mote::fleet
