// The real thing: mosquitto over TLS, `mote rollout` and `mote fleet collect` as processes, and SIGKILL for each of them in the
// middle of a rollout. It ends finished, and every window that a device inferred is in the database once.
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "device/agent/test/bench.h"
#include "host/simulate/enrolled.h"
#include "host/simulate/fleet.h"
#include "ota/broker/broker.h"
#include "ota/broker/test/workspace.h"
#include "ota/rollout/store.h"

namespace mote {
namespace {

using std::chrono::milliseconds;

constexpr int kDevices = 6;

std::vector<int16_t> window_of(uint64_t n) {
  std::vector<int16_t> window(32);
  for (size_t i = 0; i < window.size(); ++i) window[i] = static_cast<int16_t>((n * 31 + i * 97) % 400);
  return window;
}

class ProcessesTest : public testing::Test {
 protected:
  void SetUp() override {
    relay_ = must(Relay::start(here_.clock));
    for (int i = 0; i < kDevices; ++i) here_.enrol("press-0" + std::to_string(i));
    broker_.emplace(must(BrokerProcess::up(here_.workspace, here_.files, here_.clock, {})));
    for (int i = 0; i < kDevices; ++i) switch_on("press-0" + std::to_string(i));
    fleet_.start();
    const AlignedBytes file = numbered_model(1).build();
    const BundleOptions options = {.name = "press", .device_class = "vibration", .release = 1, .chunk_bytes = 256};
    KeyRing ring(here_.files, here_.workspace, no_passphrase);
    const Signers key = must(ring.enough_signers(kImageRole, must(read_root(here_.files, here_.workspace.root()))));
    must(here_.files.write(here_.folder / "press.bundle", must(make_bundle({file.data(), file.size()}, options, key)),
                           Access::everyone));
  }

  void switch_on(const std::string& id) {
    SimulatedDeviceSetup setup = must(enrolled_setup(here_.workspace, here_.files, id, /*keep_flash=*/true));
    setup.pace = {.report_windows = 20, .report_ms = 500, .resend_ms = 300, .request_chunks = 4, .trial_ms = 30'000};
    setup.windows = window_of;
    setup.window_period_ms = 20;
    must(
        fleet_.add(setup, enrolled_dial(here_.workspace, here_.files, broker_->address(), id, relay_, here_.clock), here_.clock));
  }

  // A `mote` of the workspace. Its process id is the program's own, so that killing it kills nothing else.
  Process mote(const std::string& words) {
    const std::string program = (Path(MOTE_PROGRAM_FOLDER) / "mote").string();
    const std::string script = "cd '" + here_.folder.string() + "' && exec '" + program + "' " + words;
    return must(Process::start({"/bin/sh", "-c", script}, {.output = here_.folder / "log"}));
  }
  std::string log() { return here_.files.exists(here_.folder / "log") ? must(here_.files.read_text(here_.folder / "log")) : ""; }

  uint32_t standing_at(MemberState state) {
    Database database = must(Database::open(here_.workspace.database()));
    RolloutStore store(database);
    must(store.prepare());
    const Result<RolloutView> view = store.view("spring");
    return view.ok() ? count_in(view->members, state) : 0;
  }
  uint64_t counted() {
    Database database = must(Database::open(here_.workspace.database()));
    Statement select = database.prepare("SELECT coalesce(sum(windows), 0) FROM reports");
    return must(select.step()) ? static_cast<uint64_t>(select.integer(0)) : 0;
  }
  template <typename Condition>
  bool wait_for(Condition condition, milliseconds patience) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return true;
  }

  TestWorkspace here_;
  std::shared_ptr<Relay> relay_;
  std::optional<BrokerProcess> broker_;
  SimulatedFleet fleet_;
};

TEST_F(ProcessesTest, BrokerCollectorAndControllerAreKilledInMidRollout) {
  if (!std::filesystem::exists(Path(MOTE_PROGRAM_FOLDER) / "mote")) GTEST_SKIP() << "the program was not built";
  Process collector = mote("fleet collect");
  Process controller = mote("rollout start spring --bundle press.bundle --canary 2 --trial-windows 30 --deadline 60");

  // The controller dies while the canaries are at it, collector and broker while others are.
  ASSERT_TRUE(wait_for([&] { return standing_at(MemberState::offered) == 2; }, milliseconds(20'000))) << log();
  controller.kill();
  EXPECT_EQ(standing_at(MemberState::confirmed), 0u) << "the kill came too late to be in the middle";
  controller = mote("rollout resume spring");
  ASSERT_TRUE(wait_for([&] { return standing_at(MemberState::confirmed) >= 1; }, milliseconds(20'000))) << log();
  collector.kill();
  broker_->kill();
  std::this_thread::sleep_for(milliseconds(300));
  must(broker_->restart());
  collector = mote("fleet collect");
  ASSERT_TRUE(wait_for([&] { return standing_at(MemberState::offered) >= 3; }, milliseconds(20'000))) << log();
  controller.kill();
  broker_->kill();
  collector.kill();
  EXPECT_LT(standing_at(MemberState::confirmed), static_cast<uint32_t>(kDevices)) << "the kill came too late to be in the middle";
  must(broker_->restart());
  collector = mote("fleet collect");
  controller = mote("rollout resume spring");
  ASSERT_TRUE(wait_for([&] { return !controller.running(); }, milliseconds(30'000))) << log();
  EXPECT_EQ(controller.exit_code(), 0) << log();
  EXPECT_EQ(standing_at(MemberState::confirmed), static_cast<uint32_t>(kDevices));

  fleet_.limit_windows(0);
  const auto all_told = [&] {
    for (const DeviceStats& device : fleet_.stats())
      if (device.unreported != 0) return false;
    return true;
  };
  ASSERT_TRUE(wait_for(all_told, milliseconds(20'000))) << log();
  collector.stop();
  uint64_t inferred = 0;
  for (const DeviceStats& device : fleet_.stats()) {
    EXPECT_EQ(device.release, 1u) << device.id;
    EXPECT_EQ(device.boot, 1u);
    EXPECT_EQ(device.lost, 0u);
    inferred += device.inferred;
  }
  EXPECT_GT(inferred, 0u);
  EXPECT_EQ(counted(), inferred) << log();
  fleet_.stop();
}

}  // namespace
}  // namespace mote
