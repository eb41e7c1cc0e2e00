// The agent through an update: what it asks for, what it says, and what it does when the host, the link or the model fails it.
#include "device/agent/test/bench.h"

namespace mote {
namespace {

class AgentUpdateTest : public testing::Test {
 protected:
  AgentBench bench_;
  std::unique_ptr<Release> first_ = bench_.release_of(numbered_model(1), 1);
  std::unique_ptr<Release> second_ = bench_.release_of(numbered_model(2), 2);
};

TEST_F(AgentUpdateTest, ADeviceWithoutAModelSaysSoWhenItConnects) {
  bench_.wait(10);
  EXPECT_TRUE(bench_.sent.empty()) << "there is no connection yet";
  bench_.connect();
  const auto state = bench_.take_state();
  ASSERT_NE(state, nullptr);
  EXPECT_EQ(state->device, "press-04");
  EXPECT_EQ(state->device_class, "vibration");
  EXPECT_TRUE(state->online);
  EXPECT_EQ(state->boot, 1u);
  EXPECT_EQ(state->release, 0u);
  EXPECT_TRUE(state->model_id.empty());
  EXPECT_EQ(state->slot_bytes, 16384u);
  std::vector<uint8_t> versions;  // by code; 0 for a code that is none
#define MOTE_OPERATOR(code, name, inputs, since, access)          \
  versions.resize(std::max<size_t>(versions.size(), (code) + 1)); \
  versions[code] = kOperatorVersion;
#include "device/model/operators.def"
#undef MOTE_OPERATOR
  EXPECT_EQ(state->operators, versions);
  bench_.wait(10);
  EXPECT_TRUE(bench_.sent.empty()) << "nothing has changed since";
}

TEST_F(AgentUpdateTest, AnUpdateSaysEachOfItsSteps) {
  bench_.connect();
  bench_.hear(Channel::desired, bench_.desired(*first_, 5));
  bench_.serve(*first_);
  bench_.wait(1);
  bench_.wait(1);
  bench_.feel(2);
  bench_.wait(1);
  EXPECT_EQ(bench_.agent.updater.phase, Phase::trial) << "one window of three is missing";
  bench_.feel(1);
  bench_.wait(1);
  std::vector<uint8_t> phases;
  std::unique_ptr<format::StateT> last;
  while (auto state = bench_.take_state()) {
    if (phases.empty() || phases.back() != state->phase) phases.push_back(state->phase);
    last = std::move(state);
  }
  EXPECT_EQ(phases, (std::vector<uint8_t>{0, 1, 2, 3, 0}));
  EXPECT_EQ(last->sequence, 5u);
  EXPECT_EQ(last->refused, 0u);
  EXPECT_EQ(last->status, MOTE_OK);
  EXPECT_EQ(last->release, 1u);
  EXPECT_EQ(last->floor, 1u);
  EXPECT_TRUE(std::equal(last->model_id.begin(), last->model_id.end(), first_->image().model_id.begin()));
}

TEST_F(AgentUpdateTest, TheModelThatRunsTakesAHigherReleaseWithoutADownload) {
  const auto again = bench_.release_of(numbered_model(1), 4);
  bench_.connect();
  bench_.install(*first_, 5);
  while (bench_.take_report()) bench_.acknowledge(1, bench_.agent.reports.counter);
  bench_.last_state();
  bench_.feel(2);
  bench_.hear(Channel::desired, bench_.desired(*again, 6));
  bench_.wait(1);
  const auto state = bench_.last_state();
  ASSERT_NE(state, nullptr);
  EXPECT_EQ(state->sequence, 6u);
  EXPECT_EQ(state->release, 4u) << "the controller takes an old release under the new sequence for a return";
  EXPECT_EQ(state->floor, 4u);
  EXPECT_EQ(bench_.agent.updater.phase, Phase::idle);
  EXPECT_TRUE(bench_.take_request().empty());
  const auto before = bench_.take_report();
  ASSERT_NE(before, nullptr) << "what was gathered under the old release is frozen";
  EXPECT_EQ(before->release, 1u);
}

TEST_F(AgentUpdateTest, AsksForAWindowOfChunksAndThenForTheNext) {
  bench_.connect();
  bench_.hear(Channel::desired, bench_.desired(*first_, 1));
  EXPECT_EQ(bench_.take_request(), (std::vector<uint32_t>{0, 1, 2, 3, 4, 5, 6, 7}));
  for (uint32_t i = 0; i < 7; ++i) bench_.hear(Channel::block, first_->block(bench_.digest(*first_), i));
  EXPECT_TRUE(bench_.take_request().empty());
  bench_.hear(Channel::block, first_->block(bench_.digest(*first_), 7));
  EXPECT_EQ(bench_.take_request().front(), 8u);
}

TEST_F(AgentUpdateTest, WhatDidNotComeIsAskedForAgain) {
  bench_.connect();
  bench_.hear(Channel::desired, bench_.desired(*first_, 1));
  bench_.serve(*first_, {2, 5});
  bench_.wait(999);
  EXPECT_TRUE(bench_.take_request().empty());
  bench_.wait(1);
  const std::vector<uint32_t> again = bench_.take_request();
  EXPECT_EQ(again[0], 2u);
  EXPECT_EQ(again[1], 5u);
}

TEST_F(AgentUpdateTest, AChunkThatWasNotAskedForIsTakenAndDoesNotPutOffTheOthers) {
  bench_.connect();
  bench_.hear(Channel::desired, bench_.desired(*first_, 1));
  EXPECT_EQ(bench_.take_request().size(), 8u);
  bench_.wait(900);
  bench_.hear(Channel::block, first_->block(bench_.digest(*first_), 8));
  EXPECT_EQ(bench_.agent.updater.chunks_held, 1u);
  bench_.wait(100);
  EXPECT_EQ(bench_.take_request(), (std::vector<uint32_t>{0, 1, 2, 3, 4, 5, 6, 7}));
}

TEST_F(AgentUpdateTest, AChunkThatIsNotOfTheTreeIsNotTakenForOne) {
  bench_.connect();
  bench_.hear(Channel::desired, bench_.desired(*first_, 1));
  bench_.take_request();
  bench_.hear(Channel::block, second_->block(bench_.digest(*second_), 0));
  Bytes damaged = first_->block(bench_.digest(*first_), 0);
  damaged.back() ^= 1;
  bench_.hear(Channel::block, damaged);
  EXPECT_EQ(bench_.agent.updater.chunks_held, 0u);
  bench_.wait(1000);
  EXPECT_EQ(bench_.take_request().front(), 0u);
}

TEST_F(AgentUpdateTest, AReconnectGoesOnWithTheSameBitmap) {
  bench_.connect();
  const Bytes desired = bench_.desired(*first_, 1);
  bench_.hear(Channel::desired, desired);
  bench_.take_request();
  for (const uint32_t i : {0u, 1u, 4u}) bench_.hear(Channel::block, first_->block(bench_.digest(*first_), i));
  bench_.disconnect();
  bench_.wait(5000);
  EXPECT_FALSE(bench_.take(Channel::request).has_value());
  bench_.connect();
  bench_.hear(Channel::desired, desired);  // it is retained
  std::vector<uint32_t> wanted = bench_.take_request();
  EXPECT_EQ(wanted, (std::vector<uint32_t>{2, 3, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(bench_.agent.updater.chunks_held, 3u);
}

TEST_F(AgentUpdateTest, AsksNoLongerOnceTheHostHasClearedItsWish) {
  bench_.connect();
  bench_.hear(Channel::desired, bench_.desired(*first_, 1));
  bench_.take_request();
  bench_.hear(Channel::desired, {});
  bench_.wait(5000);
  EXPECT_TRUE(bench_.take_request().empty());
  bench_.hear(Channel::desired, bench_.desired(*first_, 1));
  EXPECT_FALSE(bench_.take_request().empty());
}

TEST_F(AgentUpdateTest, ARefusalIsSaidWithItsCauseAndChangesNothing) {
  bench_.connect();
  bench_.install(*second_, 1);
  bench_.sent.clear();
  const std::pair<Bytes, mote_status> refused[] = {
      {bench_.desired(*first_, 2), MOTE_OLDER_RELEASE},
      {bench_.desired(*bench_.release_of(numbered_model(3), 3, "pumps"), 3), MOTE_WRONG_CLASS},
      {[&] {
         Bytes flipped = bench_.desired(*second_, 4);
         flipped.back() ^= 1;
         return flipped;
       }(),
       MOTE_BAD_SIGNATURE}};
  uint32_t sequence = 2;
  for (const auto& [bytes, status] : refused) {
    bench_.hear(Channel::desired, bytes);
    const auto state = bench_.take_state();
    ASSERT_NE(state, nullptr);
    EXPECT_EQ(state->refused, sequence++);
    EXPECT_EQ(state->status, status);
    EXPECT_EQ(state->release, 2u);
    EXPECT_EQ(state->sequence, 1u);
    EXPECT_EQ(state->phase, 0u);
  }
  bench_.hear(Channel::desired, bench_.desired(*bench_.release_of(numbered_model(3), 3), 5));
  EXPECT_EQ(bench_.take_state()->refused, 0u);
}

TEST_F(AgentUpdateTest, TheWishThatWasObeyedComesAgainWithoutBeingRefused) {
  bench_.connect();
  bench_.install(*first_, 4);
  bench_.sent.clear();
  bench_.hear(Channel::desired, bench_.desired(*first_, 4));
  const auto state = bench_.take_state();
  ASSERT_NE(state, nullptr) << "it is answered, in case the last state was lost";
  EXPECT_EQ(state->refused, 0u);
  EXPECT_EQ(state->status, MOTE_OK);
  EXPECT_EQ(state->sequence, 4u);
  EXPECT_EQ(state->phase, 0u);
  bench_.hear(Channel::desired, bench_.desired(*first_, 3));
  EXPECT_EQ(bench_.take_state()->status, MOTE_STALE_SEQUENCE);
}

TEST_F(AgentUpdateTest, AWishInTheMiddleOfATrialWaits) {
  bench_.connect();
  bench_.install(*first_, 1);
  bench_.hear(Channel::desired, bench_.desired(*second_, 2));
  bench_.serve(*second_);
  bench_.wait(1);
  bench_.wait(1);
  ASSERT_EQ(bench_.agent.updater.phase, Phase::trial);
  bench_.hear(Channel::desired, bench_.desired(*second_, 2));
  bench_.hear(Channel::desired, bench_.desired(*bench_.release_of(numbered_model(3), 3), 3));
  const auto state = bench_.last_state();
  EXPECT_EQ(state->phase, 3u);
  EXPECT_EQ(state->refused, 0u);
}

TEST_F(AgentUpdateTest, ATrialWithoutItsWindowsFails) {
  bench_.connect();
  bench_.install(*first_, 1);
  bench_.hear(Channel::desired, bench_.desired(*second_, 2));
  bench_.serve(*second_);
  bench_.wait(1);
  bench_.wait(1);
  bench_.feel(2);
  ASSERT_EQ(bench_.agent.running.release, 2u);
  const uint8_t wrong_size[10] = {};
  bench_.give(EventType::window, Channel::state, wrong_size);
  bench_.wait(20'000);
  const auto state = bench_.last_state();
  EXPECT_EQ(state->status, MOTE_TRIAL_FAILED);
  EXPECT_EQ(state->phase, 0u);
  EXPECT_EQ(state->release, 1u);
  EXPECT_EQ(state->sequence, 2u) << "the directive was obeyed, and is not obeyed again";
  bench_.feel(1);
  EXPECT_EQ(bench_.agent.monitor.windows, 1u) << "the old model runs";
}

TEST_F(AgentUpdateTest, ARestartInTheTrialReturnsToTheOldModelAndSaysSo) {
  bench_.connect();
  bench_.install(*first_, 1);
  bench_.hear(Channel::desired, bench_.desired(*second_, 2));
  bench_.serve(*second_);
  bench_.wait(1);
  bench_.wait(1);
  ASSERT_EQ(bench_.agent.updater.phase, Phase::trial);
  bench_.sent.clear();
  bench_.boot();
  bench_.connect();
  const auto state = bench_.take_state();
  EXPECT_EQ(state->status, MOTE_TRIAL_INTERRUPTED);
  EXPECT_EQ(state->release, 1u);
  EXPECT_EQ(state->boot, 2u);
}

TEST_F(AgentUpdateTest, AModelThatFailsItsSelfTestIsNeverTried) {
  bench_.connect();
  bench_.install(*first_, 1);
  ModelBuilder broken = numbered_model(2);
  broken.self_test.outputs[0] ^= 1;
  const auto release = bench_.release_of(broken, 2);
  bench_.hear(Channel::desired, bench_.desired(*release, 2));
  bench_.serve(*release);
  bench_.wait(1);
  const auto state = bench_.last_state();
  EXPECT_EQ(state->status, MOTE_SELF_TEST_FAILED);
  EXPECT_EQ(state->refused, 2u);
  EXPECT_EQ(state->phase, 0u);
  EXPECT_EQ(state->release, 1u);
  bench_.feel(1);
  EXPECT_GT(bench_.agent.inferred, 0u);
}

TEST_F(AgentUpdateTest, ABusyTransportIsTriedAgain) {
  bench_.transport_takes = false;
  bench_.connect();
  bench_.hear(Channel::desired, bench_.desired(*first_, 1));
  EXPECT_TRUE(bench_.sent.empty());
  bench_.transport_takes = true;
  bench_.wait(1);
  EXPECT_NE(bench_.take_state(), nullptr);
  EXPECT_FALSE(bench_.take_request().empty());
}

TEST_F(AgentUpdateTest, TimersPassTheEndOfTheClock) {
  AgentBench late(UINT32_MAX - 500);
  const auto release = late.release_of(numbered_model(1), 1);
  late.connect();
  late.hear(Channel::desired, late.desired(*release, 1));
  ASSERT_FALSE(late.take_request().empty());
  late.wait(900);
  EXPECT_TRUE(late.take_request().empty());
  late.wait(100);
  EXPECT_FALSE(late.take_request().empty());
  EXPECT_EQ(late.agent.uptime_ms, 1000u);
}

TEST_F(AgentUpdateTest, NoiseOnEveryChannelIsHarmless) {
  bench_.connect();
  bench_.install(*first_, 1);
  const std::vector<Bytes> seeds = {bench_.desired(*second_, 2), second_->block(bench_.digest(*second_), 0), Bytes(12, 0)};
  Random random(7);
  const Channel channels[] = {Channel::desired, Channel::block,  Channel::acknowledge,    Channel::time,
                              Channel::state,   Channel::report, static_cast<Channel>(99)};
  for (int i = 0; i < 600; ++i) {
    Bytes noise = seeds[random.below(seeds.size())];
    noise[random.below(noise.size())] ^= static_cast<uint8_t>(1 + random.below(255));
    noise.resize(random.below(3) == 0 ? random.below(noise.size() + 1) : noise.size());
    if (noise.empty()) continue;
    bench_.hear(channels[random.below(std::size(channels))], noise);
  }
  EXPECT_EQ(bench_.agent.updater.phase, Phase::idle);
  EXPECT_EQ(bench_.agent.running.release, 1u);
  EXPECT_EQ(bench_.simulator->broken_rules(), 0u);
}

}  // namespace
}  // namespace mote
