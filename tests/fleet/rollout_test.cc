// Rollouts to simulated devices: the good one, and each way in which one must stop by itself.
#include "tests/fleet/test/plant.h"

namespace mote {
namespace {

TEST(RolloutTest, TwentyDevicesFollowTheirCanaries) {
  Plant plant({.devices = 20});
  ASSERT_TRUE(plant.begin("spring", Plant::bundle_of(numbered_model(1), 1), "3").ok());
  ASSERT_TRUE(plant.start_controller("spring").ok());
  const std::vector<Member> members = plant.store.view("spring").value().members;
  ASSERT_EQ(std::count_if(members.begin(), members.end(), [](const Member& m) { return m.stage == kCanaryStage; }), 3);
  ASSERT_TRUE(plant.run_until([&] {
    if (plant.controller->view().rollout.stage == kMainStage) return true;
    for (const Member& member : members) {
      const bool early = member.stage == kMainStage && !plant.desired(member.device).empty();
      EXPECT_FALSE(early) << member.device << " was offered it before the canaries were well";
    }
    return false;
  }));
  for (const Member& member : members) {
    EXPECT_EQ(plant.device(member.device).stats().release, member.stage == kCanaryStage ? 1u : 0u);
  }
  ASSERT_TRUE(plant.run_to_end());
  EXPECT_EQ(plant.state("spring"), RolloutState::finished);
  EXPECT_TRUE(outcome_of(plant.store.view("spring").value()).ok());
  for (const auto& device : plant.devices) {
    const DeviceStats stats = device->stats();
    EXPECT_EQ(stats.release, 1u) << stats.id;
    EXPECT_EQ(stats.phase, Phase::idle);
    EXPECT_EQ(stats.floor, 1u);
    EXPECT_TRUE(stats.refusals.empty());
    EXPECT_EQ(device->flash().broken_rules(), 0u);
    EXPECT_FALSE(plant.desired(stats.id).empty()) << "what a device should run stays on its topic";
  }
}

TEST(RolloutTest, AModelThatRunsMayBeRolledOutAnewUnderAHigherRelease) {
  Plant plant;
  plant.start_collector();
  plant.install("first", Plant::bundle_of(numbered_model(1), 1));
  plant.install("again", Plant::bundle_of(numbered_model(1), 2));
  for (const auto& device : plant.devices) {
    EXPECT_EQ(device->stats().release, 2u) << device->id();
    EXPECT_EQ(device->stats().floor, 2u);
  }
  ASSERT_TRUE(plant.settle());
  EXPECT_EQ(plant.counted(), plant.inferred()) << "no window was lost or counted under both";
}

TEST(RolloutTest, D4_ADeltaOfZstdGoesToThoseThatDecodeIt) {
  Plant plant({.devices = 3, .without_zstd = 1});
  plant.install("first", Plant::bundle_of(numbered_model(1), 1));
  const AlignedBytes first = numbered_model(1).build();
  const Bytes bundle = Plant::bundle_of(numbered_model(2), {.name = "plant",
                                                            .device_class = "vibration",
                                                            .release = 2,
                                                            .chunk_bytes = 256,
                                                            .bases = {Bytes(first.data(), first.data() + first.size())},
                                                            .codecs = {DeltaCodec::zstd}});
  ASSERT_TRUE(plant.begin("second", bundle).ok());
  ASSERT_TRUE(plant.start_controller("second").ok());
  std::map<std::string, std::set<int>> downloaded;  // codecs
  ASSERT_TRUE(plant.run_until([&] {
    for (const auto& device : plant.devices)
      if (const Updater& updater = device->agent().updater; updater.phase == Phase::downloading)
        downloaded[device->id()].insert(updater.transfer.codec);
    return plant.controller->ended();
  }));
  EXPECT_EQ(downloaded, (std::map<std::string, std::set<int>>{{"d0", {0}}, {"d1", {2}}, {"d2", {2}}}));
  for (const auto& device : plant.devices) {
    EXPECT_EQ(device->stats().release, 2u) << device->id();
    EXPECT_EQ(device->flash().broken_rules(), 0u);
  }
}

TEST(RolloutTest, TheSameNameWithOtherOptionsIsNotTheSameRollout) {
  Plant plant;
  const Bytes bundle = Plant::bundle_of(numbered_model(1), 1);
  ASSERT_TRUE(plant.begin("spring", bundle).ok());
  EXPECT_TRUE(plant.begin("spring", bundle).ok());
  const Result<void> other = plant.begin("spring", bundle, "d0", {.deadline_ms = 40'000, .trial_windows = 5});
  ASSERT_FALSE(other.ok());
  EXPECT_NE(other.error().what.find("other options"), std::string::npos);
}

TEST(RolloutTest, TheLimitsOfTheTrialArriveAtTheDevices) {
  Plant plant({.devices = 1});
  const RolloutOptions options = {
      .trial_windows = 5, .trial_seconds = 12, .least_confidence = 1, .most_latency_us = 3'000'000'000, .most_missed = 4};
  ASSERT_TRUE(plant.begin("spring", Plant::bundle_of(numbered_model(1), 1), "d0", options).ok());
  ASSERT_TRUE(plant.start_controller("spring").ok());
  ASSERT_TRUE(plant.run_until([&] { return plant.device("d0").stats().phase == Phase::trial; }));
  const TrialTerms terms = plant.device("d0").agent().updater.trial;
  EXPECT_EQ(terms.windows, options.trial_windows);
  EXPECT_EQ(terms.seconds, options.trial_seconds);
  EXPECT_EQ(terms.least_confidence, options.least_confidence);
  EXPECT_EQ(terms.most_latency_us, options.most_latency_us);
  EXPECT_EQ(terms.most_missed, options.most_missed);
  const int64_t start = plant.clock.steady_ms();
  ASSERT_TRUE(plant.run_to_end());
  EXPECT_EQ(plant.state("spring"), RolloutState::finished);
  EXPECT_GE(plant.clock.steady_ms() - start, 11'900) << "five windows come in 0.1 s; the offer that is repeated ends no trial";
}

TEST(RolloutTest, ATrialThatNobodyCanPassIsRefused) {
  Plant plant;
  const Bytes bundle = Plant::bundle_of(numbered_model(1), 1);
  const Result<void> empty = plant.begin("spring", bundle, "d0", {.trial_windows = 0});
  ASSERT_FALSE(empty.ok());
  EXPECT_EQ(empty.error().cause, Cause::usage);
  EXPECT_NE(empty.error().what.find("no windows and no seconds"), std::string::npos) << empty.error().line();
  const Result<void> late = plant.begin("spring", bundle, "d0", {.deadline_ms = 10'000, .trial_seconds = 10});
  ASSERT_FALSE(late.ok());
  EXPECT_NE(late.error().what.find("as long as the deadline"), std::string::npos) << late.error().line();
  EXPECT_TRUE(plant.begin("spring", bundle, "d0", {.deadline_ms = 10'000, .trial_windows = 0, .trial_seconds = 9}).ok());
}

class HaltTest : public testing::Test {
 protected:
  void SetUp() override { plant_.install("first", Plant::bundle_of(numbered_model(1), 1)); }

  // Runs the rollout "second" into its halt, and checks that nobody but the canary was touched.
  void expect_halt(const std::string& reason) {
    ASSERT_TRUE(plant_.start_controller("second").ok());
    ASSERT_TRUE(plant_.run_to_end());
    const RolloutView view = plant_.store.view("second").value();
    EXPECT_EQ(view.rollout.state, RolloutState::halted);
    EXPECT_EQ(view.rollout.culprit, "d0");
    EXPECT_NE(view.rollout.reason.find(reason), std::string::npos) << view.rollout.reason;
    EXPECT_EQ(outcome_of(view).error().cause, Cause::failed);
    plant_.run(5000);
    for (const char* id : {"d1", "d2"}) {
      EXPECT_EQ(plant_.member("second", id).state, MemberState::waiting);
      EXPECT_EQ(plant_.device(id).stats().sequence, plant_.member("first", id).sequence) << "it was never asked to";
    }
    EXPECT_TRUE(plant_.desired("d0").empty()) << "what was offered is withdrawn";
    for (const auto& device : plant_.devices) EXPECT_EQ(device->stats().release, 1u) << device->id();
  }

  Plant plant_;
};

TEST_F(HaltTest, ACanaryThatFailsItsSelfTest) {
  ModelBuilder broken = numbered_model(2);
  broken.self_test.outputs[0] ^= 1;
  ASSERT_TRUE(plant_.begin("second", Plant::bundle_of(broken, 2)).ok());
  expect_halt("SELF_TEST_FAILED");
}

TEST_F(HaltTest, ACanaryThatFailsItsTrial) {
  ASSERT_TRUE(plant_.begin("second", Plant::bundle_of(numbered_model(2), 2)).ok());
  SimulatedDevice& canary = plant_.device("d0");
  canary.limit_windows(canary.stats().windows + 2);  // its sensor falls silent
  expect_halt("TRIAL_FAILED");
}

TEST_F(HaltTest, ACanaryThatBreaksALimitOfItsTrial) {
  const RolloutOptions options = {.trial_windows = 5, .least_confidence = 256};  // more than int8 scores can say
  ASSERT_TRUE(plant_.begin("second", Plant::bundle_of(numbered_model(2), 2), "d0", options).ok());
  expect_halt("UNHEALTHY");
}

TEST_F(HaltTest, ACanaryThatRestartsInItsTrial) {
  ASSERT_TRUE(plant_.begin("second", Plant::bundle_of(numbered_model(2), 2), "d0", {.trial_windows = 50}).ok());
  ASSERT_TRUE(plant_.start_controller("second").ok());
  ASSERT_TRUE(plant_.run_until([&] { return plant_.device("d0").stats().phase == Phase::trial; }));
  ASSERT_TRUE(plant_.device("d0").power_cycle().ok());
  expect_halt("TRIAL_INTERRUPTED");
}

TEST_F(HaltTest, ACanaryThatRefusesTheRelease) {
  plant_.install("newer", Plant::bundle_of(numbered_model(3), 3));
  ASSERT_TRUE(plant_.begin("second", Plant::bundle_of(numbered_model(2), 2)).ok());
  ASSERT_TRUE(plant_.start_controller("second").ok());
  ASSERT_TRUE(plant_.run_to_end());
  EXPECT_EQ(plant_.state("second"), RolloutState::halted);
  EXPECT_EQ(plant_.member("second", "d0").status, MOTE_OLDER_RELEASE);
}

TEST_F(HaltTest, ACanaryThatIsSilentPastTheDeadline) {
  plant_.broker.hold_off("d0", true);
  ASSERT_TRUE(plant_.begin("second", Plant::bundle_of(numbered_model(2), 2), "d0", {.deadline_ms = 10'000}).ok());
  ASSERT_TRUE(plant_.start_controller("second").ok());
  plant_.run(9'000);
  EXPECT_EQ(plant_.state("second"), RolloutState::running);
  expect_halt("silent past the deadline");
}

TEST_F(HaltTest, TimeWithoutABrokerIsNobodysSilence) {
  ASSERT_TRUE(plant_.begin("second", Plant::bundle_of(numbered_model(2), 2), "d0", {.deadline_ms = 5'000}).ok());
  ASSERT_TRUE(plant_.start_controller("second").ok());
  plant_.broker.kill();
  plant_.run(60'000);
  EXPECT_EQ(plant_.state("second"), RolloutState::running);
  plant_.broker.restart();
  ASSERT_TRUE(plant_.run_to_end());
  EXPECT_EQ(plant_.state("second"), RolloutState::finished);
}

TEST_F(HaltTest, ACanaryThatGoesBackAfterItHadConfirmed) {
  ASSERT_TRUE(plant_
                  .begin("second", Plant::bundle_of(numbered_model(2), 2), "d0",
                         {.deadline_ms = 60'000, .soak_ms = 30'000, .trial_windows = 5})
                  .ok());
  ASSERT_TRUE(plant_.start_controller("second").ok());
  ASSERT_TRUE(plant_.run_until([&] { return plant_.member("second", "d0").state == MemberState::confirmed; }));
  SimulatedDevice& canary = plant_.device("d0");
  const auto slot = static_cast<uint32_t>(canary.agent().updater.running);
  canary.flash().flip_bit(8192 + slot * 16384 + 100, 3);
  ASSERT_TRUE(canary.power_cycle().ok());
  EXPECT_TRUE(canary.agent().updater.degraded);
  expect_halt("canary failed");
}

class BadHealth final : public HealthSource {
 public:
  Result<std::vector<StageVerdict>> verdicts(const std::vector<std::string>& devices) override {
    return std::vector<StageVerdict>{{devices.front(), "latency rose by a half"}};
  }
};

TEST_F(HaltTest, TelemetryMayStopARollout) {
  BadHealth bad;
  plant_.health = &bad;
  ASSERT_TRUE(plant_
                  .begin("second", Plant::bundle_of(numbered_model(2), 2), "d0",
                         {.deadline_ms = 60'000, .soak_ms = 30'000, .trial_windows = 5})
                  .ok());
  ASSERT_TRUE(plant_.start_controller("second").ok());
  ASSERT_TRUE(plant_.run_to_end());
  const RolloutView view = plant_.store.view("second").value();
  EXPECT_EQ(view.rollout.state, RolloutState::halted);
  EXPECT_EQ(view.rollout.reason, "latency rose by a half");
  EXPECT_EQ(outcome_of(view).error().cause, Cause::partial) << "the canary keeps the release";
}

TEST_F(HaltTest, ADeviceThatClaimsTheLastSequenceFailsAndStopsNobodyElse) {
  plant_.broker.hold_off("d0", true);
  ASSERT_TRUE(plant_.begin("second", Plant::bundle_of(numbered_model(2), 2), "d0", {.deadline_ms = 10'000}).ok());
  ASSERT_TRUE(plant_.start_controller("second").ok());
  plant_.run(500);
  const uint32_t sequence = plant_.member("second", "d0").sequence;
  plant_.broker.inject(topic_of("d0", Channel::state), state_of("d0", test_key(10), UINT32_MAX, {}), Retain::yes);
  expect_halt("STALE_SEQUENCE");
  EXPECT_EQ(plant_.member("second", "d0").sequence, sequence) << "its numbers were used up";
  EXPECT_TRUE(plant_.store.next_sequence("d0", kMaxSequence - 1).ok());
  EXPECT_FALSE(plant_.store.next_sequence("d0").ok());
  EXPECT_TRUE(plant_.store.next_sequence("d1").ok());
}

TEST(RolloutTest, ADeviceThatIsAwayGetsItWhenItComes) {
  Plant plant;
  plant.broker.hold_off("d2", true);
  ASSERT_TRUE(plant.begin("spring", Plant::bundle_of(numbered_model(1), 1)).ok());
  ASSERT_TRUE(plant.start_controller("spring").ok());
  plant.run(20'000);
  EXPECT_EQ(plant.member("spring", "d1").state, MemberState::confirmed);
  EXPECT_EQ(plant.member("spring", "d2").state, MemberState::offered);
  plant.broker.hold_off("d2", false);
  ASSERT_TRUE(plant.run_to_end());
  EXPECT_EQ(plant.state("spring"), RolloutState::finished);
}

TEST(RolloutTest, EndsInPartWhenOneNeverComesAndGoesOnWhenItDoes) {
  Plant plant;
  plant.broker.hold_off("d2", true);
  ASSERT_TRUE(plant.begin("spring", Plant::bundle_of(numbered_model(1), 1), "d0", {.deadline_ms = 10'000}).ok());
  ASSERT_TRUE(plant.start_controller("spring").ok());
  ASSERT_TRUE(plant.run_to_end());
  EXPECT_EQ(plant.state("spring"), RolloutState::partial);
  EXPECT_EQ(outcome_of(plant.store.view("spring").value()).error().cause, Cause::partial);
  EXPECT_TRUE(plant.desired("d2").empty());
  const uint32_t sequence = plant.member("spring", "d2").sequence;

  plant.broker.hold_off("d2", false);
  ASSERT_TRUE(resume_rollout("spring", plant.store, plant.clock).ok());
  ASSERT_TRUE(plant.start_controller("spring").ok());
  ASSERT_TRUE(plant.run_to_end());
  EXPECT_EQ(plant.state("spring"), RolloutState::finished);
  EXPECT_EQ(plant.member("spring", "d2").sequence, sequence);
}

TEST(RolloutTest, AFailureAfterTheCanariesHaltsUnlessItIsTolerated) {
  for (const uint32_t tolerated : {0u, 1u}) {
    Plant plant;
    plant.install("first", Plant::bundle_of(numbered_model(1), 1));
    plant.device("d1").limit_windows(0);
    ASSERT_TRUE(plant
                    .begin("second", Plant::bundle_of(numbered_model(2), 2), "d0",
                           {.deadline_ms = 60'000, .trial_windows = 5, .tolerated_failures = tolerated})
                    .ok());
    ASSERT_TRUE(plant.start_controller("second").ok());
    ASSERT_TRUE(plant.run_to_end());
    EXPECT_EQ(plant.state("second"), tolerated == 0 ? RolloutState::halted : RolloutState::partial);
    EXPECT_EQ(plant.member("second", "d1").status, MOTE_TRIAL_FAILED);
    EXPECT_EQ(plant.device("d2").stats().release, 2u);
  }
}

TEST(RolloutTest, SayingItAgainAfterItsEndChangesNothing) {
  Plant plant;
  const Bytes bundle = Plant::bundle_of(numbered_model(1), 1);
  plant.install("spring", bundle);
  const int64_t changed = plant.store.find("spring").value().changed_ms;
  ASSERT_TRUE(plant.begin("spring", bundle).ok());
  ASSERT_TRUE(plant.start_controller("spring").ok());
  EXPECT_TRUE(plant.controller->ended());
  EXPECT_EQ(plant.store.find("spring").value().changed_ms, changed);
  EXPECT_EQ(plant.begin("spring", Plant::bundle_of(numbered_model(2), 2)).error().cause, Cause::usage);
}

TEST(RolloutTest, APlanNeedsAGoodBundleAFleetAndCanariesOfIt) {
  Plant plant;
  Bytes flipped = Plant::bundle_of(numbered_model(1), 1);
  flipped[flipped.size() / 2] ^= 1;
  EXPECT_EQ(plant.begin("spring", flipped).error().cause, Cause::untrusted);
  EXPECT_EQ(plant.begin("spring", Plant::bundle_of(numbered_model(1), 1), "d9").error().cause, Cause::usage);
  EXPECT_EQ(plant.begin("two words", Plant::bundle_of(numbered_model(1), 1)).error().cause, Cause::usage);
  for (const char* id : {"d0", "d1", "d2"}) ASSERT_TRUE(plant.devices_table.retire(id, 5).ok());
  EXPECT_EQ(plant.begin("spring", Plant::bundle_of(numbered_model(1), 1)).error().cause, Cause::usage) << "nobody is left";
  EXPECT_TRUE(plant.store.history().value().rollouts.empty());
}

TEST(RolloutTest, APersonPausesResumesAndAborts) {
  Plant plant;
  ASSERT_TRUE(plant.begin("spring", Plant::bundle_of(numbered_model(1), 1), "d0", {.trial_windows = 50}).ok());
  ASSERT_TRUE(plant.start_controller("spring").ok());
  plant.run(300);
  ASSERT_TRUE(pause_rollout("spring", "lunch", plant.store, plant.clock).ok());
  ASSERT_TRUE(plant.run_to_end());
  EXPECT_TRUE(plant.desired("d0").empty());
  ASSERT_TRUE(resume_rollout("spring", plant.store, plant.clock).ok());
  ASSERT_TRUE(plant.start_controller("spring").ok());
  ASSERT_TRUE(plant.run_until([&] { return plant.member("spring", "d1").state == MemberState::offered; }));
  ASSERT_TRUE(abort_rollout("spring", "another one is better", plant.store, plant.clock).ok());
  ASSERT_TRUE(plant.run_to_end());
  EXPECT_EQ(plant.state("spring"), RolloutState::aborted);
  EXPECT_EQ(plant.member("spring", "d0").state, MemberState::confirmed);
  EXPECT_FALSE(plant.desired("d0").empty());
  EXPECT_TRUE(plant.desired("d1").empty());
  EXPECT_EQ(resume_rollout("spring", plant.store, plant.clock).error().cause, Cause::usage);
}

TEST(RolloutTest, SequencesThatADeviceHasSeenElsewhereAreOvertaken) {
  Plant plant;
  plant.install("first", Plant::bundle_of(numbered_model(1), 1));
  // As if the database had been restored from before: its sequences begin anew.
  ASSERT_TRUE(plant.database.execute("UPDATE directive_sequences SET sequence = 0").ok());
  const uint32_t seen = plant.device("d0").stats().sequence;
  ASSERT_TRUE(plant.begin("second", Plant::bundle_of(numbered_model(2), 2)).ok());
  ASSERT_TRUE(plant.start_controller("second").ok());
  ASSERT_TRUE(plant.run_to_end());
  EXPECT_EQ(plant.state("second"), RolloutState::finished);
  EXPECT_EQ(plant.member("second", "d0").sequence, seen + 1);
}

}  // namespace
}  // namespace mote
