// Attacks on a fleet's messages and connections, one for each threat of docs/threat-model.md that a single device does not show.
#include <malloc.h>

#include "host/fleet/test/speaking_device.h"
#include "ota/broker/test/fake_broker.h"
#include "ota/broker/test/workspace.h"
#include "ota/transport/mqtt.h"
#include "tests/fleet/test/plant.h"

namespace mote {
namespace {

using fleet::Refusal;
using fleet::SpeakingDevice;
using std::chrono::milliseconds;

// A collector that hears two enrolled devices.
class ThreatToReports : public testing::Test {
 protected:
  void SetUp() override {
    plant_.start_collector();
    ASSERT_TRUE(plant_.collector->step(milliseconds(0)).ok());  // connects
    for (const SpeakingDevice* device : {&mine_, &other_}) ASSERT_TRUE(plant_.devices_table.enrol(device->enrolment()).ok());
  }
  void say(const std::string& topic_of_device, const Bytes& report) {
    plant_.broker.inject(topic_of(topic_of_device, Channel::report), report, Retain::no);
    ASSERT_TRUE(plant_.collector->step(milliseconds(0)).ok());
  }
  uint64_t refused(Refusal why) const {
    const auto& refused = plant_.collector->collected().refused;
    return refused.contains(why) ? refused.at(why) : 0;
  }
  uint64_t stored() const { return plant_.collector->collected().stored; }
  Bytes report_of(SpeakingDevice& device, const std::string& says = "") {
    for (int i = 0; i < 5; ++i) device.window({}, {1, 2, 3});
    return device.report(says);
  }

  Plant plant_{{.devices = 0}};
  SpeakingDevice mine_{"press-04"}, other_{"press-05"};
};

TEST_F(ThreatToReports, AnotherDevicesIdentity) {
  say("press-04", report_of(other_, "press-04"));
  EXPECT_EQ(refused(Refusal::bad_signature), 1u) << "another's key under our name";
  say("press-05", report_of(other_, "press-04"));
  EXPECT_EQ(refused(Refusal::wrong_device), 1u) << "its own key and topic, our name in the text";
  say("press-99", report_of(other_));
  EXPECT_EQ(refused(Refusal::unknown_device), 1u);
  EXPECT_EQ(stored(), 0u);
  say("press-05", report_of(other_));
  EXPECT_EQ(stored(), 1u);
}

TEST_F(ThreatToReports, Replayed) {
  const Bytes report = report_of(mine_);
  for (int i = 0; i < 4; ++i) say("press-04", report);
  EXPECT_EQ(stored(), 1u);
  EXPECT_EQ(plant_.collector->collected().windows, 5u) << "counted once";
  SpeakingDevice copied = mine_;  // a copy of the device's flash gives out the same numbers
  say("press-04", report_of(mine_));
  for (int i = 0; i < 3; ++i) copied.window({}, {3, 2, 1});
  say("press-04", report_of(copied));
  EXPECT_EQ(refused(Refusal::conflicting), 1u);
  say("press-04", report_of(mine_));
  EXPECT_EQ(stored(), 3u);
}

TEST_F(ThreatToReports, MaliciousInputForTheParser) {
  Bytes report = report_of(mine_);
  std::fill(report.begin() + kEnvelopeHeaderBytes, report.end() - kSignatureBlockBytes, 0xFF);
  say("press-04", report);
  EXPECT_EQ(refused(Refusal::bad_signature), 1u) << "not signed, so not parsed";
  Bytes junk(kEnvelopeOverhead + 200, 0xFF);
  say("press-04", mine_.sealed(EnvelopeType::report, std::move(junk), 200));
  EXPECT_EQ(refused(Refusal::malformed), 1u);
  say("press-04", report_of(mine_));
  EXPECT_EQ(stored(), 1u);
}

// A fleet that runs release 1 and is offered release 2.
class ThreatToRollouts : public testing::Test {
 protected:
  void SetUp() override { plant_.install("first", Plant::bundle_of(numbered_model(1), 1)); }
  void begin(uint32_t deadline_ms) {
    ASSERT_TRUE(plant_
                    .begin("second", Plant::bundle_of(numbered_model(2), 2), "d0",
                           {.deadline_ms = deadline_ms, .soak_ms = 5'000, .trial_windows = 5})
                    .ok());
    ASSERT_TRUE(plant_.start_controller("second").ok());
  }
  void expect_nobody_else_was_touched() {
    for (const char* id : {"d1", "d2"}) EXPECT_EQ(plant_.device(id).stats().release, 1u) << id;
  }
  // The same release without the attack.
  void expect_that_another_goes_well() {
    ASSERT_TRUE(plant_.begin("third", Plant::bundle_of(numbered_model(2), 2)).ok());
    ASSERT_TRUE(plant_.start_controller("third").ok());
    ASSERT_TRUE(plant_.run_to_end());
    EXPECT_EQ(plant_.state("third"), RolloutState::finished);
  }
  Plant plant_;
};

// Whoever sits in between lets one block in fifty pass: the device goes on with its old model, the host stops waiting.
TEST_F(ThreatToRollouts, SlowDrip) {
  plant_.broker.faults.lose_at_most_once = 0.98;
  begin(20'000);
  const uint64_t before = plant_.device("d0").stats().inferred;
  ASSERT_TRUE(plant_.run_to_end());
  EXPECT_EQ(plant_.state("second"), RolloutState::halted);
  EXPECT_NE(plant_.store.view("second").value().rollout.reason.find("deadline"), std::string::npos);
  EXPECT_EQ(plant_.device("d0").stats().release, 1u);
  EXPECT_GT(plant_.device("d0").stats().inferred, before + 500) << "it worked all the while";
  expect_nobody_else_was_touched();
  plant_.broker.faults = {};
  expect_that_another_goes_well();
}

// The canary lies: its sensor feels nothing, so that it cannot pass its trial, and its reports tell of a splendid new release.
TEST_F(ThreatToRollouts, PoisonedTelemetryPromotesNobody) {
  plant_.start_collector();
  plant_.device("d0").limit_windows(0);
  begin(60'000);
  SpeakingDevice liar("d0", {}, test_key(10));
  for (int boot = 1; boot < 100; ++boot) liar.restart();  // numbers that the device itself has not used
  liar.run(2, plant_.store.find("second").value().model_id);
  ASSERT_TRUE(plant_.run_until([&] {
    for (int i = 0; i < 50; ++i) liar.window({}, {127, -128, -128});
    plant_.broker.inject(topic_of("d0", Channel::report), liar.report(), Retain::no);
    return plant_.controller->ended();
  }));
  EXPECT_GT(plant_.collector->collected().stored, 100u) << "they were believed, as what one device says";
  EXPECT_EQ(plant_.state("second"), RolloutState::halted);
  EXPECT_EQ(plant_.member("second", "d0").status, MOTE_TRIAL_FAILED);
  expect_nobody_else_was_touched();
  plant_.device("d0").limit_windows(UINT64_MAX);
  expect_that_another_goes_well();
}

TEST_F(ThreatToRollouts, UnsignedWordsOfSuccess) {
  plant_.broker.hold_off("d0", true);
  begin(10'000);
  plant_.run(500);
  const uint32_t sequence = plant_.member("second", "d0").sequence;
  const Digest model = plant_.store.find("second").value().model_id;
  for (const KeyPair& key : {test_key(200), test_key(11)})  // a stranger's, and d1's own
    plant_.broker.inject(topic_of("d0", Channel::state), state_of("d0", key, sequence, model), Retain::yes);
  ASSERT_TRUE(plant_.run_to_end());
  EXPECT_EQ(plant_.state("second"), RolloutState::halted);
  EXPECT_EQ(plant_.store.view("second").value().rollout.reason.find("confirmed"), std::string::npos);
  EXPECT_NE(plant_.member("second", "d0").state, MemberState::confirmed);
  expect_nobody_else_was_touched();
  plant_.broker.hold_off("d0", false);
  expect_that_another_goes_well();
}

TEST_F(ThreatToRollouts, SignedButIllInUse) {
  SimulatedDevice& canary = plant_.device("d0");
  begin(60'000);
  ASSERT_TRUE(plant_.run_until([&] { return canary.stats().phase == Phase::trial; }));
  canary.limit_windows(canary.stats().windows + 2);  // with the new model its sensor falls silent
  ASSERT_TRUE(plant_.run_to_end());
  EXPECT_EQ(plant_.member("second", "d0").status, MOTE_TRIAL_FAILED);
  EXPECT_EQ(canary.stats().release, 1u) << "back on the old model, without any message from the host";
  expect_nobody_else_was_touched();
  canary.limit_windows(UINT64_MAX);
  expect_that_another_goes_well();
}

// The transport, over TLS on loopback.
class ThreatToConnections : public testing::Test {
 protected:
  // What is told about a connection to a broker with a certificate of our authority for `name`, which says `greeting`.
  std::string trouble_with(const std::string& name, const Bytes& greeting, const std::string& expected) {
    const Authority authority = must(Authority::open(world_.workspace.authority(), world_.files, world_.clock));
    const FakeBroker broker(must(authority.mint(name, CertificateUse::server)), greeting, {}, 0);
    const BrokerAddress address = {.host = "127.0.0.1", .port = broker.port(), .server_name = "broker.example"};
    Endpoint endpoint = must(device_endpoint(world_.workspace, world_.files, address, "a", 1));
    const auto connection = must(MqttConnection::open(std::move(endpoint), relay_, world_.clock));
    connects_ = 0;
    for (const int64_t end = world_.clock.steady_ms() + 10'000; world_.clock.steady_ms() < end;) {
      connection->poll(milliseconds(5), {.connected = [this] { ++connects_; }});
      if (expected.empty() ? connects_ > 0 : connection->trouble().find(expected) != std::string::npos) break;
    }
    return connection->trouble();
  }

  TestWorkspace world_;
  std::shared_ptr<Relay> relay_ = must(Relay::start(world_.clock));
  int connects_ = 0;
};

const Bytes kConnectAccepted = {0x20, 2, 0, 0};

TEST_F(ThreatToConnections, ABrokerWithACertificateForAnotherHost) {
  world_.enrol("a");
  const std::string trouble = trouble_with("other.example", kConnectAccepted, "another name");
  EXPECT_NE(trouble.find("another name"), std::string::npos) << trouble;
  EXPECT_EQ(connects_, 0);
  trouble_with("broker.example", kConnectAccepted, "");
  EXPECT_EQ(connects_, 1) << "the same with a certificate for this host";
}

TEST_F(ThreatToConnections, AnEndlessPacket) {
  world_.enrol("a");
  const Bytes endless = {0x20, 2, 0, 0, 0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 'x'};  // a PUBLISH of 256 MB
  const std::string trouble = trouble_with("broker.example", endless, "cut off");
  EXPECT_NE(trouble.find("cut off"), std::string::npos) << trouble;
  const size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
  trouble_with("broker.example", endless, "cut off");
  EXPECT_LT(mallinfo2().uordblks + mallinfo2().hblkhd, before + (1u << 20)) << "less than 1 MB for 256 MB that were announced";
  trouble_with("broker.example", kConnectAccepted, "");
  EXPECT_EQ(connects_, 1) << "a broker that says no more than it must";
}

}  // namespace
}  // namespace mote
