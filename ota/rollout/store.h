// Rollouts in SQLite. Every change is one transaction and is on the disk before anything is published that follows from it.
#pragma once

#include <functional>

#include "base/sqlite.h"
#include "ota/rollout/rollout.h"

namespace mote {

struct NewRollout {
  std::string name;
  Bytes bundle;  // the whole file: a controller that takes over needs nothing else
  std::string model_name;
  Digest model_id{};
  uint32_t release = 0;
  RolloutOptions options;
  std::vector<Member> members;  // device and stage
};

struct Change {
  RolloutState state;
  std::string reason = "";
  std::string culprit = "";
};

class RolloutStore {
 public:
  explicit RolloutStore(Database& database) : database_(database) {}
  Result<void> prepare();  // makes the tables where they are missing

  // Refuses a name that is taken, and members that a rollout which is running or paused already has.
  Result<void> create(const NewRollout& rollout, int64_t now_ms);
  Result<Rollout> find(const std::string& name);
  Result<RolloutHistory> history();
  Result<RolloutView> view(const std::string& name);
  Result<std::vector<Member>> members(int64_t rollout);
  Result<Bytes> bundle(int64_t rollout);

  // The next sequence for a device's directive, above every one that was given out and above `at_least`. Kept for ever. Refuses,
  // and keeps nothing, above kMaxSequence: a device that has got there is out of numbers.
  Result<uint32_t> next_sequence(const std::string& device, uint32_t at_least = 0);

  // Gives the member a sequence, above every one it had and `at_least`, and an expiry; it is `offered` then.
  Result<Member> offer(int64_t rollout, const std::string& device, uint32_t at_least, int64_t expires_s, int64_t now_ms);
  Result<void> settle(int64_t rollout, const std::string& device, MemberState state, mote_status status, int64_t now_ms);
  // False when the rollout was not in `from`: somebody else has changed it meanwhile, and it stays as it is.
  Result<bool> change_state(int64_t rollout, RolloutState from, const Change& to, int64_t now_ms);
  Result<void> enter_stage(int64_t rollout, uint32_t stage, int64_t now_ms);  // both clocks of the stage start anew
  Result<void> set_clocks(int64_t rollout, int64_t waited_ms, int64_t soaked_ms);
  // Silent members are waited for again, with a new deadline.
  Result<void> wait_again(int64_t rollout, int64_t now_ms);

  // What picks the canary groups: a secret of this database, made from `entropy` at its first use.
  Result<Digest> salt(const std::function<Digest()>& entropy);

  // A signed time that was given out, unix seconds; one in every hour is kept.
  Result<void> keep_time(int64_t seconds);
  // The latest of those that are kept up to `seconds`; 0: none.
  Result<int64_t> time_given_by(int64_t seconds);

  // For fault injection: asked before and after every write; an error stands for the process dying there.
  std::function<Result<void>()> interruption;

 private:
  Result<void> write(const std::function<Result<void>()>& work);

  Database& database_;
};

}  // namespace mote
