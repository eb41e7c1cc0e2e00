// The limits of a trial, each just kept and just broken: a model that keeps them is confirmed, one that does not is taken back.
#include <algorithm>

#include "device/agent/test/bench.h"

namespace mote {
namespace {

constexpr int kClasses = 3;            // of numbered_model
constexpr uint32_t kTrialMs = 20'000;  // AgentBench's trial_ms

// Release 2 on trial where release 1 ran before.
class Trial {
 public:
  explicit Trial(Directive terms) {
    const auto first = bench.release_of(numbered_model(1), 1), second = bench.release_of(numbered_model(2), 2);
    bench.connect();
    bench.install(*first, 1);
    terms.sequence = 2;
    bench.hear(Channel::desired, bench.desired(*second, terms));
    bench.serve(*second);
    bench.wait(1);
    EXPECT_TRUE(goes_on()) << "it has begun just now";
  }

  bool goes_on() { return bench.agent.updater.phase == Phase::trial; }
  void lose(int windows) {
    for (int i = 0; i < windows; ++i) bench.give(EventType::gap);
  }
  void expect_end(mote_status status, uint32_t release) {
    bench.wait(1);
    const auto state = bench.last_state();
    ASSERT_NE(state, nullptr);
    EXPECT_EQ(state->phase, static_cast<uint8_t>(Phase::idle));
    EXPECT_EQ(mote_status_name(static_cast<mote_status>(state->status)), std::string(mote_status_name(status)));
    EXPECT_EQ(state->release, release);
    EXPECT_EQ(state->floor, release);
    EXPECT_EQ(state->sequence, 2u);
  }
  void expect_confirmed() { expect_end(MOTE_OK, 2); }
  void expect_taken_back(mote_status why) { expect_end(why, 1); }

  AgentBench bench;
};

TEST(TrialTest, AnInferenceMayTakeTheMostLatencyAndNoMicrosecondMore) {
  Trial kept({.trial_windows = 3, .most_latency_us = 100});  // what each takes on the bench
  kept.bench.feel(3);
  kept.expect_confirmed();
  Trial broken({.trial_windows = 3, .most_latency_us = 99});
  broken.bench.feel(1);
  broken.expect_taken_back(MOTE_UNHEALTHY);
}

TEST(TrialTest, SoManyWindowsMayBeLostAndNotOneMore) {
  Trial kept({.trial_windows = 3, .most_missed = 2});
  kept.lose(2);
  kept.bench.feel(3);
  kept.expect_confirmed();
  Trial broken({.trial_windows = 3, .most_missed = 2});
  broken.lose(2);
  EXPECT_TRUE(broken.goes_on());
  broken.lose(1);
  broken.expect_taken_back(MOTE_UNHEALTHY);
}

// Of three windows, in 1/256, rounded down.
uint16_t mean_confidence() {
  Trial trial({.trial_windows = 4});
  int sum = 0;
  for (int i = 0; i < 3; ++i) {
    trial.bench.feel(1);
    const int8_t* scores = trial.bench.agent.scores;
    sum += *std::max_element(scores, scores + kClasses) + 128;
  }
  return static_cast<uint16_t>(sum / 3);
}

TEST(TrialTest, TheMeanConfidenceMustReachTheLeast) {
  const uint16_t mean = mean_confidence();
  ASSERT_GT(mean, 0u);
  ASSERT_LT(mean, 256u);
  Trial kept({.trial_windows = 3, .least_confidence = mean});
  kept.bench.feel(3);
  kept.expect_confirmed();
  Trial broken({.trial_windows = 3, .least_confidence = static_cast<uint16_t>(mean + 1)});
  broken.bench.feel(2);
  EXPECT_TRUE(broken.goes_on()) << "a mean is judged at the end";
  broken.bench.feel(1);
  broken.expect_taken_back(MOTE_UNHEALTHY);
}

TEST(TrialTest, ATrialOfSecondsLastsThemAndIsConfirmedWithOneWindow) {
  Trial kept({.trial_windows = 0, .trial_seconds = 5});
  kept.bench.feel(1);
  kept.bench.wait(4999);
  EXPECT_TRUE(kept.goes_on());
  kept.bench.wait(1);
  kept.expect_confirmed();
  Trial late({.trial_windows = 0, .trial_seconds = 5});
  late.bench.wait(5000 + kTrialMs - 1);
  EXPECT_TRUE(late.goes_on()) << "it has shown nothing yet";
  late.bench.feel(1);
  late.expect_confirmed();
}

TEST(TrialTest, ATrialOfSecondsWithoutAWindowFails) {
  Trial trial({.trial_windows = 0, .trial_seconds = 5});
  trial.bench.wait(5000 + kTrialMs - 1);
  EXPECT_TRUE(trial.goes_on());
  trial.bench.wait(1);
  trial.expect_taken_back(MOTE_TRIAL_FAILED);
}

TEST(TrialTest, WithWindowsAndSecondsBothMustBeThere) {
  Trial trial({.trial_windows = 3, .trial_seconds = 5});
  trial.bench.feel(2);
  trial.bench.wait(5000);
  EXPECT_TRUE(trial.goes_on()) << "a window is missing";
  trial.bench.feel(1);
  trial.expect_confirmed();
}

TEST(TrialTest, WhatIsNotAskedForIsNotJudged) {
  Trial trial({.trial_windows = 3});
  trial.lose(1000);
  trial.bench.feel(3);
  trial.expect_confirmed();
}

}  // namespace
}  // namespace mote
