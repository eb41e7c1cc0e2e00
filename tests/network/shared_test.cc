// Chunks that are published once for a cohort: they cost the host one download instead of one for each device, whatever is lost
// on the way; one device alone is served as before; and a forged one changes nothing.
#include "tests/fleet/test/plant.h"
#include "tests/network/test/large_model.h"
#include "tests/network/test/lossy_link.h"

namespace mote {
namespace {

constexpr uint32_t kCohort = 16;

// All chunk bytes that the controller has published, and those that the broker handed to each device.
struct ChunkCount {
  uint64_t own = 0, shared = 0;
  std::map<std::string, uint64_t> at_devices;
  uint64_t published() const { return own + shared; }
};

class SharedTest : public testing::Test {
 protected:
  Plant& build(uint32_t devices, const LinkTerms& terms) {
    const auto wrap = [this, terms](const std::string& client, std::unique_ptr<Connection> inner) -> std::unique_ptr<Connection> {
      if (client == "controller")
        return std::make_unique<CountedConnection>(std::move(inner), [this](const std::string& topic, ByteView payload) {
          if (channel_down(topic, "") == Channel::block) count_.shared += chunk_bytes_in(payload);
          const std::optional<DeviceTopic> own = parse_topic(topic);
          if (own && own->channel == Channel::block) count_.own += chunk_bytes_in(payload);
        });
      const auto arrived = [this, client](const Message& message) {
        if (channel_down(message.topic, client) == Channel::block) count_.at_devices[client] += chunk_bytes_in(message.payload);
      };
      return std::make_unique<LossyLink>(std::move(inner), terms, ++links_, plant_->clock, &link_, arrived);
    };
    plant_.emplace(
        PlantOptions{.devices = devices,
                     .slot_bytes = 65'536,
                     .wrap = wrap,
                     .window_period_ms = 100,
                     .pace = {.report_windows = 1000, .report_ms = 3'600'000, .resend_ms = 1500, .request_chunks = 8}});
    return *plant_;
  }

  void roll_out(const std::string& canary) {
    Plant& plant = *plant_;
    ASSERT_TRUE(
        plant.begin("spring", Plant::bundle_of(model_, 1, 256), canary, {.deadline_ms = 3'600'000, .trial_windows = 3}).ok());
    ASSERT_TRUE(plant.start_controller("spring").ok());
    ASSERT_TRUE(plant.run_to_end(3'600'000));
    ASSERT_EQ(plant.state("spring"), RolloutState::finished);
    for (const auto& device : plant.devices) EXPECT_EQ(device->stats().release, 1u) << device->id();
  }

  // "16 devices, loss 20 %: ..."
  double report(double lose) const {
    const double bytes = static_cast<double>(model_.build().size());
    uint64_t most = 0;
    for (const auto& [device, count] : count_.at_devices) most = std::max(most, count);
    const double ratio = static_cast<double>(count_.published()) / (bytes * static_cast<double>(plant_->devices.size()));
    std::printf(
        "%zu devices, loss %.0f %%: published %.2f models' bytes (%.2f shared), %.3f of one for each device; at a device %.3f "
        "at most\n",
        plant_->devices.size(), lose * 100, static_cast<double>(count_.published()) / bytes,
        static_cast<double>(count_.shared) / bytes, ratio, static_cast<double>(most) / bytes);
    return ratio;
  }

  ModelBuilder model_ = large_model(1, 40'000);
  ChunkCount count_;
  LinkCount link_;
  uint64_t links_ = 0;
  std::optional<Plant> plant_;
};

TEST_F(SharedTest, ACohortCostsTheHostAboutOneDownload) {
  build(kCohort, {.round_trip_ms = 60});
  roll_out("d0");
  const double ratio = report(0);
  EXPECT_LT(ratio, 3.0 / kCohort) << "the canary's, the others', and a little";
  for (const auto& [device, bytes] : count_.at_devices) EXPECT_LE(bytes, model_.build().size() * 1.15) << device;
}

TEST_F(SharedTest, WhatSomeHaveLostIsSentToThoseAlone) {
  build(kCohort, {.lose = 0.2, .duplicate = 0.1, .overtaken = 0.1, .round_trip_ms = 300});
  roll_out("d0");
  const double ratio = report(0.2);
  EXPECT_LT(ratio, 0.75);
  for (const auto& [device, bytes] : count_.at_devices)
    EXPECT_LE(static_cast<double>(bytes), static_cast<double>(model_.build().size()) * (1.25 + 0.15)) << device;
}

TEST_F(SharedTest, OneDeviceIsServedOnItsOwnTopic) {
  build(1, {.round_trip_ms = 60});
  roll_out("d0");
  report(0);
  EXPECT_EQ(count_.shared, 0u);
  EXPECT_EQ(count_.own, model_.build().size());
}

// An attacker in the broker's place answers every request first, on the shared topic, with chunks of his own.
TEST_F(SharedTest, AForgedSharedChunkIsRefusedAndAskedForAgain) {
  Plant& plant = build(3, {.round_trip_ms = 60});
  const AlignedBytes file = model_.build();
  const Digest payload = sha256(Bytes(file.begin(), file.end()));
  const auto forger = plant.broker.connect({.client = "forger"});
  uint64_t forged = 0;
  ASSERT_TRUE(forger->subscribe(filter_of(Channel::request)).ok());
  ASSERT_TRUE(plant.begin("spring", Plant::bundle_of(model_, 1, 256), "d0", {.deadline_ms = 3'600'000, .trial_windows = 3}).ok());
  ASSERT_TRUE(plant.start_controller("spring").ok());
  const std::unique_ptr<Release> release = Release::open(Plant::bundle_of(model_, 1, 256), plant.root, "").value();
  const auto forge = [&](const Message& message) {
    const std::optional<ChunkRequest> request = read_chunk_request(message.payload);
    ASSERT_TRUE(request.has_value());
    for (uint32_t i = 0; i < kMaxRequestBits; ++i) {
      if ((request->bits >> i & 1) == 0) continue;
      Bytes block = release->block(payload, request->first + i);
      block.back() ^= 1;
      plant.broker.inject(shared_topic(payload, part_of(request->first + i)), block);
      ++forged;
    }
  };
  ASSERT_TRUE(plant.run_until(
      [&] {
        forger->poll(std::chrono::milliseconds(0), {.message = forge, .connected = [] {}, .disconnected = [] {}});
        return plant.controller->ended();
      },
      3'600'000));
  EXPECT_EQ(plant.state("spring"), RolloutState::finished);
  EXPECT_GE(forged, 3 * release->chunks(payload));
  for (const auto& device : plant.devices) {
    EXPECT_EQ(device->stats().release, 1u);
    EXPECT_EQ(device->flash().broken_rules(), 0u);
  }
  std::printf("%llu forged chunks refused\n", static_cast<unsigned long long>(forged));
}

// A broker that swallows all that is shared, and a device that does not listen there, are the same to the host.
TEST_F(SharedTest, DevicesThatDoNotHearTheSharedTopicAreServedAlone) {
  Plant& plant = build(4, {.round_trip_ms = 60});
  plant.broker.refused = "mote/1/blk/";
  roll_out("d0");
  report(0);
  EXPECT_GT(count_.shared, 0u);
  EXPECT_LE(count_.shared, 48u * 256) << "the host notices";
  for (const auto& [device, bytes] : count_.at_devices) EXPECT_EQ(bytes, model_.build().size()) << device;
}

}  // namespace
}  // namespace mote
