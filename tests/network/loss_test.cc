// A rollout over links that lose up to 40 % of all messages, double and overtake a tenth, take 300 ms for a round trip and are
// there two minutes at a time: every device ends with the model, and is sent no more chunk bytes than the losses ask for, plus 15
// %.
#include "tests/fleet/test/plant.h"
#include "tests/network/test/large_model.h"
#include "tests/network/test/lossy_link.h"

namespace mote {
namespace {

constexpr uint32_t kDevices = 24;
constexpr uint32_t kChunkBytes = 256;
constexpr int64_t kRoundMs = 50;

class LossyPlant {
 public:
  explicit LossyPlant(const LinkTerms& terms) : terms_(terms) {}

  static AgentPace pace() {  // of a small device: little memory for what is under way, a wake time short of its trial's end
    return {.report_windows = 1000, .report_ms = 3'600'000, .resend_ms = 1500, .request_chunks = 8, .trial_ms = 3'600'000};
  }

  bool awake(size_t device) const {
    const int64_t turn = terms_.awake_ms + terms_.asleep_ms;
    const int64_t shift = static_cast<int64_t>(device) * turn / kDevices;
    return (plant_.clock.steady_ms() + shift) % turn < terms_.awake_ms;
  }

  enum class Sleep { keeps_memory, loses_memory };

  void roll_out(const Bytes& bundle, Sleep sleep = Sleep::keeps_memory) {
    for (size_t i = 0; i < kDevices; ++i) plant_.broker.hold_off("d" + std::to_string(i), true);
    ASSERT_TRUE(plant_.begin("spring", bundle, "d0,d12", {.deadline_ms = 48 * 3'600'000, .trial_windows = 3}).ok());
    ASSERT_TRUE(plant_.start_controller("spring").ok());
    std::vector<bool> was_awake(kDevices, false);
    for (const int64_t start = plant_.clock.steady_ms(); !plant_.controller->ended(); plant_.clock.advance(kRoundMs)) {
      elapsed_ms_ = plant_.clock.steady_ms() - start;
      ASSERT_LT(elapsed_ms_, 24 * 3'600'000) << "does not come to an end";
      for (size_t i = 0; i < kDevices; ++i) {
        if (awake(i) != was_awake[i]) plant_.broker.hold_off("d" + std::to_string(i), was_awake[i]);
        if (awake(i) && !was_awake[i]) ++wakes_;
        if (awake(i) && !was_awake[i] && sleep == Sleep::loses_memory) {
          ASSERT_TRUE(plant_.devices[i]->power_cycle().ok());
        }
        was_awake[i] = awake(i);
        if (awake(i)) plant_.devices[i]->step(std::chrono::milliseconds(0));
      }
      ASSERT_TRUE(plant_.controller->step(std::chrono::milliseconds(0)).ok());
    }
  }

  // Of what was sent to a device, in shares of the model's bytes.
  double most_sent(uint64_t model_bytes) const {
    uint64_t most = 0;
    for (const auto& [device, bytes] : chunk_bytes_) most = std::max(most, bytes);
    return static_cast<double>(most) / static_cast<double>(model_bytes);
  }
  double mean_sent(uint64_t model_bytes) const {
    uint64_t sum = 0;
    for (const auto& [device, bytes] : chunk_bytes_) sum += bytes;
    return static_cast<double>(sum) / static_cast<double>(model_bytes) / kDevices;
  }

  Plant& plant() { return plant_; }
  const LinkCount& count() const { return count_; }
  int64_t elapsed_ms() const { return elapsed_ms_; }
  uint64_t wakes() const { return wakes_; }

 private:
  std::unique_ptr<Connection> wrap(const std::string& client, std::unique_ptr<Connection> inner) {
    if (client == "controller")
      return std::make_unique<CountedConnection>(std::move(inner), [this](const std::string& topic, ByteView payload) {
        const std::optional<DeviceTopic> to = parse_topic(topic);
        if (to && to->channel == Channel::block) chunk_bytes_[to->device] += chunk_bytes_in(payload);
      });
    const auto shared = [this, client](const Message& message) {  // its own were counted when they were published
      if (channel_down(message.topic, client) == Channel::block && !parse_topic(message.topic))
        chunk_bytes_[client] += chunk_bytes_in(message.payload);
    };
    return std::make_unique<LossyLink>(std::move(inner), terms_, ++links_, plant_.clock, &count_, shared);
  }

  LinkTerms terms_;
  LinkCount count_;
  std::map<std::string, uint64_t> chunk_bytes_;
  uint64_t links_ = 0, wakes_ = 0;
  int64_t elapsed_ms_ = 0;
  Plant plant_{{.devices = kDevices,
                .slot_bytes = 256 * 1024,
                .wrap = [this](const std::string& client, auto inner) { return wrap(client, std::move(inner)); },
                .window_period_ms = 500,
                .pace = pace()}};
};

class LossTest : public testing::TestWithParam<int> {};

TEST_P(LossTest, EveryDeviceEndsWithTheModelAtTheCostOfTheLosses) {
  const double lose = GetParam() / 100.0;
  LossyPlant lossy(
      {.lose = lose, .duplicate = 0.1, .overtaken = 0.1, .round_trip_ms = 300, .awake_ms = 120'000, .asleep_ms = 240'000});
  const ModelBuilder model = large_model(1);
  lossy.roll_out(Plant::bundle_of(model, 1, kChunkBytes));
  if (HasFatalFailure()) return;
  EXPECT_EQ(lossy.plant().state("spring"), RolloutState::finished);
  for (const auto& device : lossy.plant().devices) {
    const DeviceStats stats = device->stats();
    EXPECT_EQ(stats.release, 1u) << stats.id;
    EXPECT_EQ(stats.phase, Phase::idle) << stats.id;
    EXPECT_EQ(stats.floor, 1u) << stats.id << " has confirmed it";
    EXPECT_TRUE(stats.refusals.empty()) << stats.id;
  }
  const uint64_t bytes = model.build().size();
  const double bound = 1 / (1 - lose) + 0.15;
  const LinkCount& count = lossy.count();
  std::printf(
      "loss %2d %%: %u devices, %llu messages, %llu lost, %llu cut off by sleep, %llu doubled, %llu overtaken; awake %.1f times "
      "each, "
      "%.0f minutes in all; chunk bytes sent %.3f of the model's (most %.3f, bound %.3f)\n",
      GetParam(), kDevices, static_cast<unsigned long long>(count.messages), static_cast<unsigned long long>(count.lost),
      static_cast<unsigned long long>(count.cut_off), static_cast<unsigned long long>(count.doubled),
      static_cast<unsigned long long>(count.overtaken), static_cast<double>(lossy.wakes()) / kDevices,
      static_cast<double>(lossy.elapsed_ms()) / 60'000, lossy.mean_sent(bytes), lossy.most_sent(bytes), bound);
  EXPECT_LE(lossy.most_sent(bytes), bound);
  EXPECT_GE(lossy.mean_sent(bytes), 1.0) << "all of it was sent";
}

// A device whose memory is gone after each sleep goes on from what its journal vouches for: at most an eighth of the model and
// what came out of order behind it is sent again each time.
TEST(DeepSleepTest, WhatTheJournalHoldsIsNotSentAgain) {
  constexpr double kLose = 0.2;
  LossyPlant lossy(
      {.lose = kLose, .duplicate = 0.1, .overtaken = 0.1, .round_trip_ms = 300, .awake_ms = 120'000, .asleep_ms = 240'000});
  const ModelBuilder model = large_model(1);
  lossy.roll_out(Plant::bundle_of(model, 1, kChunkBytes), LossyPlant::Sleep::loses_memory);
  if (testing::Test::HasFatalFailure()) return;
  EXPECT_EQ(lossy.plant().state("spring"), RolloutState::finished);
  for (const auto& device : lossy.plant().devices) EXPECT_EQ(device->stats().release, 1u) << device->id();
  const uint64_t bytes = model.build().size();
  const double wakes = static_cast<double>(lossy.wakes()) / kDevices;
  std::printf("deep sleep, loss 20 %%: %u devices, awake %.1f times each; chunk bytes sent %.3f of the model's (most %.3f)\n",
              kDevices, wakes, lossy.mean_sent(bytes), lossy.most_sent(bytes));
  EXPECT_LE(lossy.mean_sent(bytes), (1 + wakes / 8) * (1 / (1 - kLose) + 0.15));
}

INSTANTIATE_TEST_SUITE_P(Percent, LossTest, testing::Values(0, 5, 20, 40));

}  // namespace
}  // namespace mote
