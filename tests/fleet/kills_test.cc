// Whatever dies in the middle of a rollout, it ends finished, and every window that a device inferred is counted once.
#include "tests/fleet/test/plant.h"

namespace mote {
namespace {

// Runs "spring" to its end with the controller dying at its `kill`-th moment around a write. True when it lived that long.
bool run_with_kill(Plant& plant, int kill) {
  int moments = 0;
  bool killed = false;
  plant.store.interruption = [&]() -> Result<void> {
    if (++moments != kill) return {};
    killed = true;
    return Error{.what = "killed"};
  };
  const RolloutOptions options = {.deadline_ms = 60'000, .trial_windows = 60};  // long enough for the clocks to be written
  const Result<void> begun = plant.begin("spring", Plant::bundle_of(numbered_model(1), 1), "d0", options);
  if (!begun.ok()) {
    EXPECT_TRUE(plant.begin("spring", Plant::bundle_of(numbered_model(1), 1), "d0", options).ok());
  }
  EXPECT_TRUE(plant.start_controller("spring").ok());
  for (int rounds = 0; rounds < 20'000 && !plant.controller->ended(); ++rounds)
    if (!plant.round().ok()) {
      EXPECT_TRUE(plant.start_controller("spring").ok());
    }
  EXPECT_TRUE(plant.controller->ended());
  return killed;
}

TEST(KillsTest, TheControllerDiesAroundEveryWriteAndGoesOn) {
  int kill = 1;
  for (bool killed = true; killed; ++kill) {
    Plant plant({.devices = 2});
    killed = run_with_kill(plant, kill);
    SCOPED_TRACE("killed at moment " + std::to_string(kill));
    EXPECT_EQ(plant.state("spring"), RolloutState::finished);
    const uint32_t chunks = Release::open(Plant::bundle_of(numbered_model(1), 1), plant.root, "").value()->chunks(sha256([&] {
      const AlignedBytes file = numbered_model(1).build();
      return Bytes(file.begin(), file.end());
    }()));
    for (const auto& device : plant.devices) {
      const DeviceStats stats = device->stats();
      EXPECT_EQ(stats.release, 1u);
      EXPECT_EQ(stats.sequence, plant.member("spring", stats.id).sequence);
      EXPECT_EQ(device->agent().updater.state.boot, 1u);
      EXPECT_EQ(stats.blocks, chunks) << "nothing is downloaded twice";
      EXPECT_TRUE(stats.refusals.empty());
    }
    if (testing::Test::HasFailure()) return;
  }
  RecordProperty("moments", kill - 2);
  std::printf("%d moments tried\n", kill - 2);
  EXPECT_GT(kill, 15) << "every offer, settlement and stage is a write with a moment before and after it";
}

TEST(KillsTest, TheControllerDiesAtRandomMomentsOfANoisyRollout) {
  Plant plant({.devices = 6});
  plant.broker.faults = {.lose_at_most_once = 0.2, .lose_at_least_once = 0.05, .duplicate = 0.1, .reorder = 0.1, .drop = 0.002};
  plant.start_collector();
  ASSERT_TRUE(plant.begin("spring", Plant::bundle_of(numbered_model(1), 1), "2", {.trial_windows = 20}).ok());
  ASSERT_TRUE(plant.start_controller("spring").ok());
  Random random(5);
  int kills = 0;
  ASSERT_TRUE(plant.run_until(
      [&] {
        if (plant.controller->ended()) return true;
        if (random.below(40) == 0) {
          ++kills;
          EXPECT_TRUE(plant.start_controller("spring").ok());
        }
        return false;
      },
      600'000));
  EXPECT_GT(kills, 3);
  EXPECT_EQ(plant.state("spring"), RolloutState::finished);
  ASSERT_TRUE(plant.settle());
  EXPECT_EQ(plant.counted(), plant.inferred());
}

TEST(KillsTest, TheBrokerDiesAndForgetsInTheMiddle) {
  Plant plant({.devices = 5});
  plant.start_collector();
  ASSERT_TRUE(plant.begin("spring", Plant::bundle_of(numbered_model(1), 1), "2", {.trial_windows = 20}).ok());
  ASSERT_TRUE(plant.start_controller("spring").ok());
  for (int kills = 0; kills < 25 && !plant.controller->ended(); ++kills) {
    plant.run(60 + 17 * kills);
    plant.broker.kill(/*forget_retained=*/kills % 2 == 0);
    plant.run(100);
    plant.broker.restart();
  }
  ASSERT_TRUE(plant.run_to_end());
  EXPECT_EQ(plant.state("spring"), RolloutState::finished);
  ASSERT_TRUE(plant.settle());
  EXPECT_GT(plant.inferred(), 0u);
  EXPECT_EQ(plant.counted(), plant.inferred());
}

TEST(KillsTest, TheCollectorDiesAndNoReportIsLostOrCountedTwice) {
  Plant plant({.devices = 4});
  plant.install("first", Plant::bundle_of(numbered_model(1), 1));
  plant.start_collector();
  ASSERT_TRUE(plant.begin("second", Plant::bundle_of(numbered_model(2), 2), "1", {.trial_windows = 20}).ok());
  ASSERT_TRUE(plant.start_controller("second").ok());
  plant.broker.faults.lose_at_most_once = 0.3;  // acknowledgements too
  Random random(6);
  for (int kills = 0; kills < 12; ++kills) {
    plant.run(static_cast<int64_t>(random.below(700)));
    plant.kill_collector();
    plant.run(static_cast<int64_t>(random.below(700)));
    plant.start_collector();
  }
  ASSERT_TRUE(plant.run_to_end());
  EXPECT_EQ(plant.state("second"), RolloutState::finished);
  ASSERT_TRUE(plant.settle());
  EXPECT_GT(plant.inferred(), 1000u);
  EXPECT_EQ(plant.counted(), plant.inferred());
  for (const auto& device : plant.devices) EXPECT_EQ(device->stats().lost, 0u);
}

TEST(KillsTest, DevicesLoseTheirPowerWhileTheyDownload) {
  Plant plant({.devices = 4});
  ASSERT_TRUE(plant.begin("spring", Plant::bundle_of(numbered_model(1), 1), "1").ok());
  ASSERT_TRUE(plant.start_controller("spring").ok());
  plant.broker.faults.lose_at_most_once = 0.5;
  int cycles = 0;
  ASSERT_TRUE(plant.run_until([&] {
    for (const auto& device : plant.devices) {
      const bool half = device->stats().phase == Phase::downloading && device->agent().updater.chunks_held > 2;
      if (half && cycles < 10 && ++cycles % 2 == 0) {
        EXPECT_TRUE(device->power_cycle().ok());
      }
    }
    return plant.controller->ended();
  }));
  EXPECT_GE(cycles, 4);
  EXPECT_EQ(plant.state("spring"), RolloutState::finished);
  for (const auto& device : plant.devices) EXPECT_EQ(device->stats().release, 1u);
}

}  // namespace
}  // namespace mote
