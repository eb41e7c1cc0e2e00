// A plant in one process: devices, a broker in memory, a controller and a collector that can be thrown away at any moment, and a
// clock that only moves when the test says so.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <optional>

#include "base/test/fake_clock.h"
#include "device/agent/test/bench.h"
#include "host/fleet/collector.h"
#include "host/simulate/device.h"
#include "ota/rollout/begin.h"
#include "ota/rollout/controller.h"
#include "ota/transport/presence.h"
#include "ota/transport/test/memory_broker.h"
#include "ota/transport/topics.h"

namespace mote {

// A window for the models of device/agent/test/bench.h.
inline std::vector<int16_t> plain_window(uint64_t n) {
  std::vector<int16_t> window(32);
  for (size_t i = 0; i < window.size(); ++i) window[i] = static_cast<int16_t>((n * 31 + i * 97) % 400);
  return window;
}

// A state of `device`, with release 2, as whoever holds `key` would sign it.
inline Bytes state_of(const std::string& device, const KeyPair& key, uint32_t sequence, const Digest& model_id) {
  flatbuffers::FlatBufferBuilder builder;
  format::StateT state;
  state.device = device;
  state.online = true;
  state.release = 2;
  state.sequence = sequence;
  state.model_id.assign(model_id.begin(), model_id.end());
  builder.Finish(format::State::Pack(builder, &state));
  Bytes envelope(kEnvelopeOverhead + builder.GetSize());
  std::memcpy(envelope.data() + kEnvelopeHeaderBytes, builder.GetBufferPointer(), builder.GetSize());
  EXPECT_TRUE(seal_envelope(mbedtls_crypto(), EnvelopeType::state, key.private_key.data(), key.public_key.data(), envelope.data(),
                            builder.GetSize()));
  return envelope;
}

// Puts something between the broker and a device, or "controller".
using Wrap = std::function<std::unique_ptr<Connection>(const std::string& client, std::unique_ptr<Connection> inner)>;

struct PlantOptions {
  uint32_t devices = 3;
  uint32_t without_zstd = 0;  // of them, from the first on
  uint32_t slot_bytes = 16384;
  Wrap wrap = nullptr;
  uint32_t window_period_ms = 20;
  AgentPace pace = {.report_windows = 20, .report_ms = 2000, .resend_ms = 300, .request_chunks = 16, .trial_ms = 3000};
};

class Plant {
 public:
  explicit Plant(const PlantOptions& options = {}) : options_(options) {
    EXPECT_TRUE(devices_table.prepare().ok());
    EXPECT_TRUE(store.prepare().ok());
    EXPECT_TRUE(reports.prepare().ok());
    for (uint32_t i = 0; i < options.devices; ++i) add_device("d" + std::to_string(i));
  }

  void add_device(const std::string& id) {
    const KeyPair report_key = test_key(static_cast<uint8_t>(10 + devices.size()));
    SimulatedDeviceSetup setup;
    const Bytes document = root_document(root).value();
    setup.identity = blob_of(test_identity(id, "vibration", "", report_key, document));
    const uint32_t slot = options_.slot_bytes;
    setup.flash = {.bytes = 8192 + 2 * slot, .sector_bytes = 4096, .program_bytes = 8};
    setup.layout = {.journal = 0, .journal_half_bytes = 4096, .slots = {8192, 8192 + slot}, .slot_bytes = slot};
    setup.arena_bytes = 8192;
    setup.flash_seed = devices.size();
    setup.has_zstd = devices.size() >= options_.without_zstd;
    setup.pace = options_.pace;
    setup.windows = plain_window;
    setup.window_period_ms = options_.window_period_ms;
    ASSERT_TRUE(devices_table.enrol({.id = id, .device_class = "vibration", .report_key = report_key.public_key}).ok());
    const Dial dial = [this, id](uint32_t boot) -> Result<std::unique_ptr<Connection>> {
      std::unique_ptr<Connection> plain = broker.connect(
          {.client = id, .will_topic = topic_of(id, Channel::state), .will = make_will(boot), .will_retain = Retain::yes});
      return options_.wrap ? options_.wrap(id, std::move(plain)) : std::move(plain);
    };
    devices.push_back(std::move(SimulatedDevice::start(setup, dial, clock)).value());
  }

  static Bytes bundle_of(const ModelBuilder& model, uint32_t release, uint32_t chunk_bytes = 512) {
    return bundle_of(model, {.name = "plant", .device_class = "vibration", .release = release, .chunk_bytes = chunk_bytes});
  }
  static Bytes bundle_of(const ModelBuilder& model, const BundleOptions& options) {
    const AlignedBytes file = model.build();
    return std::move(make_bundle({file.data(), file.size()}, options, test_key(1))).value();
  }

  Result<void> begin(const std::string& name, Bytes bundle, const std::string& canary = "d0",
                     const RolloutOptions& options = {.deadline_ms = 60'000, .trial_windows = 5}) {
    const RolloutRequest request = {
        .name = name, .bundle = std::move(bundle), .bundle_name = name, .canary = canary, .options = options};
    return begin_rollout(request, store, devices_table, root, clock);
  }

  // (Re)starts the host's programs; what they were before is thrown away first, as a kill would.
  Result<void> start_controller(const std::string& name) {
    kill_controller();
    controller_connection_ = broker.connect({.client = "controller"});
    if (options_.wrap) controller_connection_ = options_.wrap("controller", std::move(controller_connection_));
    TRY(Controller fresh, Controller::open(name, {.store = store,
                                                  .devices = devices_table,
                                                  .connection = *controller_connection_,
                                                  .clock = clock,
                                                  .root = root,
                                                  .director = director,
                                                  .health = health}));
    controller.emplace(std::move(fresh));
    controller->tell = [this](const std::string& line) { told.push_back(line); };
    return {};
  }
  void kill_controller() {
    controller.reset();
    controller_connection_.reset();
  }
  void start_collector() {
    kill_collector();
    collector_connection_ = broker.connect({.client = "collector"});
    collector = std::make_unique<fleet::Collector>(reports, devices_table, *collector_connection_, clock);
    EXPECT_TRUE(collector->begin().ok());
  }
  void kill_collector() {
    collector.reset();
    collector_connection_.reset();
  }

  // One round of everything, then 10 ms pass. An error is the controller's, which a test may have asked for.
  Result<void> round() {
    for (const auto& device : devices) device->step(std::chrono::milliseconds(0));
    if (collector) {
      const Result<void> collected = collector->step(std::chrono::milliseconds(0));
      EXPECT_TRUE(collected.ok());
    }
    Result<void> result;
    if (controller) result = controller->step(std::chrono::milliseconds(0));
    clock.advance(10);
    return result;
  }

  // Rounds until `done`, or so much time. False when it was not to be.
  bool run_until(const std::function<bool()>& done, int64_t ms = 120'000) {
    for (const int64_t end = clock.steady_ms() + ms; clock.steady_ms() < end;) {
      if (done()) return true;
      const Result<void> result = round();
      EXPECT_TRUE(result.ok()) << result.error().line();
      if (!result.ok()) return false;
    }
    return done();
  }
  void run(int64_t ms) {
    run_until([] { return false; }, ms);
  }
  bool run_to_end(int64_t ms = 120'000) {
    return run_until([this] { return controller->ended(); }, ms);
  }

  // A release on every device, without looking closely.
  void install(const std::string& name, Bytes bundle) {
    ASSERT_TRUE(begin(name, std::move(bundle)).ok());
    ASSERT_TRUE(start_controller(name).ok());
    ASSERT_TRUE(run_to_end());
    ASSERT_EQ(state(name), RolloutState::finished);
    kill_controller();
  }

  SimulatedDevice& device(const std::string& id) {
    for (const auto& one : devices)
      if (one->id() == id) return *one;
    std::abort();
  }
  RolloutState state(const std::string& name) { return store.find(name).value().state; }
  Member member(const std::string& name, const std::string& id) {
    const RolloutView view = store.view(name).value();
    for (const Member& one : view.members)
      if (one.device == id) return one;
    std::abort();
  }
  Bytes desired(const std::string& id) { return broker.retained(topic_of(id, Channel::desired)); }

  uint64_t inferred() const {
    uint64_t sum = 0;
    for (const auto& one : devices) sum += one->stats().inferred;
    return sum;
  }
  uint64_t unreported() const {
    uint64_t sum = 0;
    for (const auto& one : devices) sum += one->stats().unreported;
    return sum;
  }
  // Of all stored reports, whichever collector stored them.
  uint64_t counted() {
    Statement select = database.prepare("SELECT coalesce(sum(windows), 0) FROM reports");
    EXPECT_TRUE(select.step().value());
    return static_cast<uint64_t>(select.integer(0));
  }
  // Lets the sensors rest until everything that was felt has been reported.
  bool settle(int64_t ms = 60'000) {
    for (const auto& one : devices) one->limit_windows(one->stats().windows);
    return run_until([this] { return unreported() == 0; }, ms);
  }

  FakeClock clock;
  MemoryBroker broker;
  TestProject project;
  TrustRoot root = project.root();
  Signers director = project.director_key;
  Database database = std::move(Database::in_memory()).value();
  Devices devices_table{database};
  RolloutStore store{database};
  fleet::FleetStore reports{database};
  HealthSource* health = nullptr;
  std::vector<std::unique_ptr<SimulatedDevice>> devices;
  std::optional<Controller> controller;
  std::unique_ptr<fleet::Collector> collector;
  std::vector<std::string> told;

 private:
  PlantOptions options_;
  std::unique_ptr<Connection> controller_connection_, collector_connection_;
};

}  // namespace mote
