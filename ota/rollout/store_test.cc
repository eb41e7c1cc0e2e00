// Holds what a rollout may rely on after its controller died: sequences that rise, members that stay, changes that are whole.
#include "ota/rollout/store.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace mote {
namespace {

class RolloutStoreTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(store_.prepare().ok()); }

  NewRollout plan(const std::string& name, const std::vector<std::string>& devices) {
    NewRollout plan{.name = name, .bundle = {1, 2, 3}, .model_name = "vibration 2", .model_id = sha256({}), .release = 2};
    for (const std::string& device : devices) plan.members.push_back({.device = device});
    plan.members.front().stage = kCanaryStage;
    return plan;
  }
  int64_t create(const std::string& name, const std::vector<std::string>& devices) {
    EXPECT_TRUE(store_.create(plan(name, devices), 10).ok());
    return store_.find(name).value().id;
  }

  static void limit(RolloutOptions* options) {
    options->trial_seconds = 10;
    options->least_confidence = 205;
    options->most_latency_us = 12'500;
    options->most_missed = 13;
  }

  Database database_ = std::move(Database::in_memory()).value();
  RolloutStore store_{database_};
};

TEST_F(RolloutStoreTest, GivesBackWhatItWasGiven) {
  NewRollout wanted = plan("spring", {"a", "b"});
  wanted.options = {.deadline_ms = 5, .soak_ms = 6, .trial_windows = 7, .tolerated_failures = 8, .expiry_s = 9};
  limit(&wanted.options);
  ASSERT_TRUE(store_.create(wanted, 10).ok());
  const RolloutView view = store_.view("spring").value();
  EXPECT_EQ(view.rollout.state, RolloutState::running);
  EXPECT_EQ(view.rollout.model_name, "vibration 2");
  EXPECT_EQ(view.rollout.model_id, sha256({}));
  EXPECT_EQ(view.rollout.release, 2u);
  EXPECT_EQ(view.rollout.options.deadline_ms, 5);
  EXPECT_EQ(view.rollout.options.soak_ms, 6);
  EXPECT_EQ(view.rollout.options.trial_windows, 7u);
  EXPECT_EQ(view.rollout.options.tolerated_failures, 8u);
  EXPECT_EQ(view.rollout.options.expiry_s, 9);
  EXPECT_EQ(view.rollout.options, wanted.options);
  EXPECT_EQ(view.rollout.started_ms, 10);
  ASSERT_EQ(view.members.size(), 2u);
  EXPECT_EQ(view.members[0].device, "a");
  EXPECT_EQ(view.members[0].stage, kCanaryStage);
  EXPECT_EQ(view.members[1].state, MemberState::waiting);
  EXPECT_EQ(store_.bundle(view.rollout.id).value(), (Bytes{1, 2, 3}));
}

TEST_F(RolloutStoreTest, ADatabaseOfBeforeTheLimitsOfTrialsIsGivenThem) {
  create("old", {"a"});
  for (const char* column : {"trial_seconds", "least_confidence", "most_latency_us", "most_missed"})
    ASSERT_TRUE(database_.execute("ALTER TABLE rollouts DROP COLUMN " + std::string(column)).ok());
  ASSERT_FALSE(store_.find("old").ok());
  ASSERT_TRUE(store_.prepare().ok());
  ASSERT_TRUE(store_.prepare().ok()) << "once is enough";
  EXPECT_EQ(store_.find("old").value().options, RolloutOptions()) << "it had asked for none";
  NewRollout wanted = plan("new", {"b"});
  limit(&wanted.options);
  ASSERT_TRUE(store_.create(wanted, 10).ok());
  EXPECT_EQ(store_.find("new").value().options, wanted.options);
}

TEST_F(RolloutStoreTest, TheLimitsOfTheTrialAreShown) {
  RolloutView view;
  EXPECT_NE(to_text(view).find("trial    20 windows\n"), std::string::npos) << to_text(view);
  EXPECT_TRUE(to_json(view)["trial"]["most_missed"].is_null());
  limit(&view.rollout.options);
  EXPECT_NE(to_text(view).find(
                "trial    20 windows, at least 10 s, confidence at least 0.801, latency at most 12.5 ms, at most 13 missed\n"),
            std::string::npos)
      << to_text(view);
  const Json trial = to_json(view)["trial"];
  EXPECT_EQ(trial["windows"], 20);
  EXPECT_EQ(trial["seconds"], 10);
  EXPECT_EQ(trial["least_confidence"], 205 / 256.0);
  EXPECT_EQ(trial["most_latency_ms"], 12.5);
  EXPECT_EQ(trial["most_missed"], 13);
}

TEST_F(RolloutStoreTest, RefusesANameTwiceAndADeviceInTwoLiveRollouts) {
  const int64_t first = create("one", {"a", "b"});
  EXPECT_EQ(store_.create(plan("one", {"c"}), 11).error().cause, Cause::usage);
  const Result<void> taken = store_.create(plan("two", {"c", "b"}), 11);
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().where, "device b");
  EXPECT_FALSE(store_.find("two").ok()) << "nothing of a refused rollout may stay";
  ASSERT_TRUE(store_.change_state(first, RolloutState::running, {RolloutState::halted}, 12).value());
  EXPECT_TRUE(store_.create(plan("two", {"c", "b"}), 13).ok());
}

TEST_F(RolloutStoreTest, SequencesOfADeviceRiseForEver) {
  const int64_t first = create("one", {"a", "b"});
  EXPECT_EQ(store_.offer(first, "a", 0, 100, 20).value().sequence, 1u);
  EXPECT_EQ(store_.offer(first, "a", 0, 100, 20).value().sequence, 2u);
  EXPECT_EQ(store_.offer(first, "a", 40, 100, 20).value().sequence, 41u);
  EXPECT_EQ(store_.next_sequence("a").value(), 42u);
  EXPECT_EQ(store_.next_sequence("b").value(), 1u);
  ASSERT_TRUE(store_.change_state(first, RolloutState::running, {RolloutState::finished}, 21).value());
  const int64_t second = create("two", {"a"});
  const Member member = store_.offer(second, "a", 0, 100, 22).value();
  EXPECT_EQ(member.sequence, 43u);
  EXPECT_EQ(member.state, MemberState::offered);
  EXPECT_EQ(member.expires_s, 100);
}

TEST_F(RolloutStoreTest, AChangeOfStateLosesAgainstAnEarlierOne) {
  const int64_t id = create("one", {"a"});
  ASSERT_TRUE(store_.change_state(id, RolloutState::running, {RolloutState::aborted, "a person said so"}, 5).value());
  EXPECT_FALSE(store_.change_state(id, RolloutState::running, {RolloutState::finished}, 6).value());
  const Rollout kept = store_.find("one").value();
  EXPECT_EQ(kept.state, RolloutState::aborted);
  EXPECT_EQ(kept.reason, "a person said so");
}

TEST_F(RolloutStoreTest, AWriteThatIsInterruptedBeforeLeavesNothing) {
  const int64_t id = create("one", {"a"});
  store_.interruption = [] { return Error{.what = "killed"}; };
  EXPECT_FALSE(store_.settle(id, "a", MemberState::confirmed, MOTE_OK, 5).ok());
  store_.interruption = nullptr;
  EXPECT_EQ(store_.members(id).value()[0].state, MemberState::waiting);
}

TEST_F(RolloutStoreTest, OneTimeOfEveryHourIsKept) {
  EXPECT_EQ(store_.time_given_by(9999).value(), 0);
  for (const int64_t seconds : {7300, 7360, 10'900, 10'960}) ASSERT_TRUE(store_.keep_time(seconds).ok());
  EXPECT_EQ(store_.time_given_by(7299).value(), 0);
  EXPECT_EQ(store_.time_given_by(7300).value(), 7300);
  EXPECT_EQ(store_.time_given_by(10'899).value(), 7300);
  EXPECT_EQ(store_.time_given_by(20'000).value(), 10'900);
}

TEST_F(RolloutStoreTest, TheSaltIsMadeOnce) {
  const Digest first = store_.salt([] { return sha256(view_of("first")); }).value();
  const Digest second = store_.salt([] { return sha256(view_of("second")); }).value();
  EXPECT_EQ(first, sha256(view_of("first")));
  EXPECT_EQ(second, first);
}

TEST_F(RolloutStoreTest, OutcomesMapToExitCodes) {
  const int64_t id = create("one", {"a", "b"});
  EXPECT_TRUE(outcome_of(store_.view("one").value()).ok());
  ASSERT_TRUE(store_.change_state(id, RolloutState::running, {RolloutState::halted, "canary failed", "a"}, 5).value());
  EXPECT_EQ(outcome_of(store_.view("one").value()).error().cause, Cause::failed) << "no device has it";
  ASSERT_TRUE(store_.settle(id, "b", MemberState::confirmed, MOTE_OK, 6).ok());
  const Error partial = outcome_of(store_.view("one").value()).error();
  EXPECT_EQ(partial.cause, Cause::partial);
  EXPECT_NE(partial.what.find("a: canary failed"), std::string::npos) << partial.what;
  EXPECT_EQ(to_json(store_.view("one").value())["members"][1]["state"], "confirmed");
}

}  // namespace
}  // namespace mote
