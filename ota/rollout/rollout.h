// A rollout: one release, handed first to a canary group and then to all (docs/rollout.md).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "base/sha256.h"
#include "mote/mote.h"

namespace mote {

// The names are in the database and in --json: never rename.
#define MOTE_ROLLOUT_STATES(X)                                                           \
  X(running)  /* being handed out, or was when its controller died */                    \
  X(paused)   /* by a person; `mote rollout resume` goes on */                           \
  X(halted)   /* by itself, for `reason`; `culprit` is the device */                     \
  X(finished) /* every member has confirmed the release */                               \
  X(partial)  /* ended with members that failed within the tolerance or stayed silent */ \
  X(aborted)  /* by a person, for good */                                                \
  X(planned)  /* what a dry run shows; never in the database */

enum class RolloutState : uint8_t {
#define X(name) name,
  MOTE_ROLLOUT_STATES(X)
#undef X
};

#define MOTE_MEMBER_STATES(X)                                                          \
  X(waiting)   /* its stage has not begun */                                           \
  X(offered)   /* its directive has a sequence and is, or is about to be, published */ \
  X(confirmed) /* runs the release, by its own signed word */                          \
  X(failed)    /* refused it, failed its tests or its trial, or went back */           \
  X(silent)    /* had confirmed nothing when the deadline passed */

enum class MemberState : uint8_t {
#define X(name) name,
  MOTE_MEMBER_STATES(X)
#undef X
};

const char* name_of(RolloutState state);
const char* name_of(MemberState state);

// The highest number of a directive.
constexpr uint32_t kMaxSequence = UINT32_MAX;

// Stage 0 is the canary group, stage 1 everyone else; a member never changes its stage.
constexpr uint32_t kCanaryStage = 0;
constexpr uint32_t kMainStage = 1;

struct RolloutOptions {
  int64_t deadline_ms = 600'000;    // for a stage's members to confirm; counts while a controller is connected
  int64_t soak_ms = 0;              // the canary group must stay well for so long before the others follow

  // What a device must show with the release before it confirms it, as in device/format/directive.fbs.
  uint32_t trial_windows = 20;        // inferred; 0: as many as come in trial_seconds
  uint32_t trial_seconds = 0;         // that the trial lasts at least
  uint16_t least_confidence = 0;      // mean of the highest score, in 1/256; 0: any
  uint32_t most_latency_us = 0;       // of any inference; 0: any
  uint32_t most_missed = UINT32_MAX;  // windows lost on trial

  uint32_t tolerated_failures = 0;  // of the main stage; one more halts
  int64_t expiry_s = 7 * 86'400;    // of a directive, from when its sequence was assigned

  bool operator==(const RolloutOptions&) const = default;
};

struct Rollout {
  int64_t id = 0;
  std::string name;
  RolloutState state = RolloutState::running;
  std::string reason;   // of halted, paused and aborted
  std::string culprit;  // the device that made it halt; empty where it was none
  RolloutOptions options;

  std::string model_name;
  Digest model_id{};
  uint32_t release = 0;

  uint32_t stage = kCanaryStage;
  int64_t waited_ms = 0;  // in this stage with a controller connected
  int64_t soaked_ms = 0;  // since the last canary confirmed
  int64_t started_ms = 0;
  int64_t changed_ms = 0;
};

struct Member {
  std::string device;
  uint32_t stage = kMainStage;
  MemberState state = MemberState::waiting;
  uint32_t sequence = 0;         // of its directive; 0 while waiting
  int64_t expires_s = 0;         // of its directive, unix seconds
  mote_status status = MOTE_OK;  // how the device answered when it failed
  int64_t changed_ms = 0;
};

// What a rollout is reported as: itself and its members.
struct RolloutView {
  Rollout rollout;
  std::vector<Member> members;
};

uint32_t count_in(const std::vector<Member>& members, MemberState state);

// No error for `finished` and `running`; Cause::partial where only part was reached, Cause::failed where nothing was.
Result<void> outcome_of(const RolloutView& view);

std::string to_text(const RolloutView& view);
Json to_json(const RolloutView& view);

struct RolloutHistory {
  std::vector<RolloutView> rollouts;  // the newest first
};
std::string to_text(const RolloutHistory& history);
Json to_json(const RolloutHistory& history);

// Something outside the rollout that may stop it: telemetry can halt a rollout and never advance one.
struct StageVerdict {
  std::string device;
  std::string reason;  // one clause: "latency rose by a half"
};

class HealthSource {
 public:
  virtual ~HealthSource() = default;
  // What is wrong with these devices, which already run the release. Asked about once a second; must not block.
  virtual Result<std::vector<StageVerdict>> verdicts(const std::vector<std::string>& devices) = 0;
};

}  // namespace mote
