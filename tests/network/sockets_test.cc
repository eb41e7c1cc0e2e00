// Downloads over real sockets, TLS and mosquitto: through a proxy that stands still and resets connections in the middle of
// messages, and from a broker that is killed again and again. All devices end with the model, and go on where they were.
#include "host/simulate/enrolled.h"
#include "ota/broker/broker.h"
#include "ota/broker/test/workspace.h"
#include "ota/rollout/begin.h"
#include "ota/rollout/controller.h"
#include "ota/trust/key_ring.h"
#include "tests/fleet/test/plant.h"
#include "tests/network/test/byte_proxy.h"
#include "tests/network/test/large_model.h"

namespace mote {
namespace {

constexpr uint32_t kSocketDevices = 4;
constexpr uint32_t kAskedAtOnce = 4;
constexpr int64_t kPatienceMs = 180'000;  // far above what it takes; a test that waits so long has failed

class SocketsTest : public testing::Test {
 protected:
  SocketsTest() {
    relay_ = must(Relay::start(here_.clock));
    for (uint32_t i = 0; i < kSocketDevices; ++i) here_.enrol(name(i));
    broker_.emplace(must(BrokerProcess::up(here_.workspace, here_.files, here_.clock, {})));
    database_.emplace(must(Database::open(here_.workspace.database())));
    store_.emplace(*database_);
    must(store_->prepare());
    registry_.emplace(*database_);
    must(registry_->prepare());
    root_ = must(read_root(here_.files, here_.workspace.root()));
    KeyRing ring(here_.files, here_.workspace, no_passphrase);
    director_ = must(ring.enough_signers(kDirectorRole, root_));
    const AlignedBytes file = model_.build();
    const BundleOptions options = {.name = "press", .device_class = "vibration", .release = 1, .chunk_bytes = 256};
    bundle_ = must(make_bundle({file.data(), file.size()}, options, must(ring.enough_signers(kImageRole, root_))));
    chunks_ = (file.size() + 255) / 256;
  }

  static std::string name(uint32_t device) { return "press-0" + std::to_string(device); }

  // Devices reach the broker at `port`.
  void switch_on(uint16_t port) {
    BrokerAddress address = broker_->address();
    address.port = port;
    for (uint32_t i = 0; i < kSocketDevices; ++i) {
      SimulatedDeviceSetup setup = must(enrolled_setup(here_.workspace, here_.files, name(i), /*keep_flash=*/false));
      setup.pace = {.report_windows = 1000, .report_ms = 600'000, .resend_ms = 500, .request_chunks = kAskedAtOnce};
      setup.windows = plain_window;
      setup.window_period_ms = 20;
      const Dial dial = [=, this](uint32_t boot) -> Result<std::unique_ptr<Connection>> {
        TRY(Endpoint endpoint, device_endpoint(here_.workspace, here_.files, address, name(i), boot));
        return open(std::move(endpoint));
      };
      devices_.push_back(must(SimulatedDevice::start(setup, dial, here_.clock)));
    }
    connection_ = must(open(must(host_endpoint(here_.workspace, here_.files, broker_->address(), HostProgram::controller))));
    must(begin_rollout(
        {.name = "spring", .bundle = bundle_, .bundle_name = "spring", .canary = "1", .options = {.trial_windows = 3}}, *store_,
        *registry_, root_, here_.clock));
    controller_.emplace(must(Controller::open("spring", {.store = *store_,
                                                         .devices = *registry_,
                                                         .connection = *connection_,
                                                         .clock = here_.clock,
                                                         .root = root_,
                                                         .director = director_})));
  }
  Result<std::unique_ptr<Connection>> open(Endpoint endpoint) {
    endpoint.longest_backoff_ms = 400;
    TRY(std::unique_ptr<MqttConnection> connection, MqttConnection::open(std::move(endpoint), relay_, here_.clock));
    return std::unique_ptr<Connection>(std::move(connection));
  }

  // Runs until the rollout has ended; `meanwhile` is told how many chunks have arrived.
  void run(const std::function<void(uint64_t arrived)>& meanwhile) {
    const int64_t end = here_.clock.steady_ms() + kPatienceMs;
    std::vector<uint32_t> held(kSocketDevices, 0);
    while (!controller_->ended()) {
      ASSERT_LT(here_.clock.steady_ms(), end) << "does not come to an end";
      for (uint32_t i = 0; i < kSocketDevices; ++i) {
        devices_[i]->step(std::chrono::milliseconds(0));
        const Updater& updater = devices_[i]->agent().updater;
        if (updater.phase != Phase::downloading) continue;
        EXPECT_GE(updater.chunks_held, held[i]) << "what is there stays";
        held[i] = updater.chunks_held;
      }
      must(controller_->step(std::chrono::milliseconds(1)));
      meanwhile(arrived());
    }
  }
  uint64_t arrived() const {
    uint64_t sum = 0;
    for (const auto& device : devices_) sum += device->stats().blocks;
    return sum;
  }

  void expect_all_well(uint64_t faults) {
    EXPECT_EQ(store_->find("spring").value().state, RolloutState::finished);
    for (const auto& device : devices_) {
      EXPECT_EQ(device->stats().release, 1u) << device->id();
      EXPECT_EQ(device->stats().boot, 1u) << device->id();
      EXPECT_EQ(device->stats().floor, 1u) << device->id();
      EXPECT_EQ(device->flash().broken_rules(), 0u) << device->id();
      EXPECT_TRUE(device->stats().refusals.empty()) << device->id();
    }
    // Each fault may cost each device that was at it what it had asked for, and once more where it had asked again.
    EXPECT_LE(arrived(), kSocketDevices * chunks_ + faults * kSocketDevices * 2 * kAskedAtOnce);
  }

  TestWorkspace here_;
  std::shared_ptr<Relay> relay_;
  std::optional<BrokerProcess> broker_;
  std::optional<Database> database_;
  std::optional<RolloutStore> store_;
  std::optional<Devices> registry_;
  TrustRoot root_;
  Signers director_;
  ModelBuilder model_ = large_model(1, 60'000);
  Bytes bundle_;
  uint64_t chunks_ = 0;
  std::vector<std::unique_ptr<SimulatedDevice>> devices_;
  std::unique_ptr<Connection> connection_;
  std::optional<Controller> controller_;
};

TEST_F(SocketsTest, ConnectionsStandStillAndAreResetInMidMessage) {
  ByteProxy proxy(broker_->port(), {.seed = 8,
                                    .resets = 16,
                                    .stalls = 16,
                                    .stall_ms = 700,  // longer than a device waits before it asks again
                                    .least_bytes = 4000,
                                    .most_bytes = 20'000});
  switch_on(proxy.port());
  run([](uint64_t) {});
  const int faults = proxy.resets() + proxy.stalls();
  std::printf(
      "%u devices, %llu chunks each: %d resets, %d stalls, %llu bytes carried, %llu chunks arrived (%.3f of what is needed)\n",
      kSocketDevices, static_cast<unsigned long long>(chunks_), proxy.resets(), proxy.stalls(),
      static_cast<unsigned long long>(proxy.carried()), static_cast<unsigned long long>(arrived()),
      static_cast<double>(arrived()) / static_cast<double>(kSocketDevices * chunks_));
  EXPECT_EQ(proxy.resets(), 16);
  EXPECT_EQ(proxy.stalls(), 16);
  expect_all_well(static_cast<uint64_t>(faults));
}

TEST_F(SocketsTest, TheBrokerIsKilledAtTwentyMomentsOfTheTransfer) {
  constexpr int kKills = 20;
  Random random(20);
  std::vector<uint64_t> moments;  // chunks that have arrived at all devices together
  for (int i = 0; i < kKills; ++i) moments.push_back(1 + random.below(kSocketDevices * chunks_ * 9 / 10));
  std::sort(moments.begin(), moments.end());
  switch_on(broker_->port());
  size_t kills = 0;
  run([&](uint64_t arrived) {
    if (kills == moments.size() || arrived < moments[kills]) return;
    ++kills;
    broker_->kill();
    must(broker_->restart());
  });
  std::printf("%u devices, %llu chunks each: %zu kills, %llu chunks arrived (%.3f of what is needed)\n", kSocketDevices,
              static_cast<unsigned long long>(chunks_), kills, static_cast<unsigned long long>(arrived()),
              static_cast<double>(arrived()) / static_cast<double>(kSocketDevices * chunks_));
  EXPECT_EQ(kills, moments.size());
  expect_all_well(kKills);
}

}  // namespace
}  // namespace mote
