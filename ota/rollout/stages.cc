// What a rollout does next, from its members' states alone, so that a controller that takes over comes to the same end.
#include <algorithm>

#include "ota/rollout/controller.h"

namespace mote {
namespace {

constexpr int64_t kHealthMs = 1000;

const Member* first_in(const std::vector<Member>& members, uint32_t stage, MemberState state) {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& member) { return member.stage == stage && member.state == state; });
  return found == members.end() ? nullptr : &*found;
}

uint32_t count_in_stage(const std::vector<Member>& members, uint32_t stage, MemberState state) {
  return static_cast<uint32_t>(std::count_if(
      members.begin(), members.end(), [&](const Member& member) { return member.stage == stage && member.state == state; }));
}

}  // namespace

Result<void> Controller::ask_health() {
  const int64_t now = world_.clock.steady_ms();
  if (world_.health == nullptr || now - health_ms_ < kHealthMs) return {};
  health_ms_ = now;
  std::vector<std::string> updated;
  for (const Member& member : view_.members)
    if (member.state == MemberState::confirmed) updated.push_back(member.device);
  if (updated.empty()) return {};
  TRY(const std::vector<StageVerdict> verdicts, world_.health->verdicts(updated));
  if (verdicts.empty()) return {};
  return end(RolloutState::halted, verdicts.front().reason, verdicts.front().device);
}

Result<void> Controller::advance() {
  const RolloutOptions& options = view_.rollout.options;
  const std::vector<Member>& members = view_.members;
  if (view_.rollout.state != RolloutState::running) return {};
  if (const Member* bad = first_in(members, kCanaryStage, MemberState::failed))
    return end(RolloutState::halted, "canary failed, " + cause_of(bad->status), bad->device);
  if (const Member* gone = first_in(members, kCanaryStage, MemberState::silent))
    return end(RolloutState::halted, "canary was silent past the deadline", gone->device);
  if (count_in_stage(members, kMainStage, MemberState::failed) > options.tolerated_failures) {
    const Member* bad = first_in(members, kMainStage, MemberState::failed);
    return end(RolloutState::halted, "failed, " + cause_of(bad->status), bad->device);
  }
  TRY_DO(offer_stage());
  if (view_.rollout.waited_ms >= options.deadline_ms) TRY_DO(pass_deadline());
  return leave_stage();
}

Result<void> Controller::offer_stage() {
  for (Member& member : view_.members)
    if (member.stage == view_.rollout.stage && member.state == MemberState::waiting) TRY_DO(offer(member, 0));
  return {};
}

Result<void> Controller::pass_deadline() {
  for (Member& member : view_.members)
    if (member.stage == view_.rollout.stage && member.state == MemberState::offered)
      TRY_DO(settle(member, MemberState::silent, MOTE_OK));
  return {};
}

Result<void> Controller::leave_stage() {
  Rollout& rollout = view_.rollout;
  for (const Member& member : view_.members) {
    if (member.stage != rollout.stage) continue;
    const bool settled =
        member.state == MemberState::confirmed ||
        (rollout.stage == kMainStage && (member.state == MemberState::failed || member.state == MemberState::silent));
    if (!settled) return {};
  }
  if (rollout.stage == kMainStage) {
    const bool all = count_in(view_.members, MemberState::confirmed) == view_.members.size();
    return end(all ? RolloutState::finished : RolloutState::partial, "", "");
  }
  if (rollout.soaked_ms < rollout.options.soak_ms) return {};
  TRY_DO(world_.store.enter_stage(rollout.id, kMainStage, world_.clock.now_ms()));
  rollout.stage = kMainStage;
  rollout.waited_ms = 0;
  rollout.soaked_ms = 0;
  say("the canary group is well; offering to all");
  return {};
}

Result<void> Controller::end(RolloutState state, const std::string& reason, const std::string& culprit) {
  const Change change = {state, reason, culprit};
  TRY(const bool changed, world_.store.change_state(view_.rollout.id, RolloutState::running, change, world_.clock.now_ms()));
  if (!changed) return {};  // a person was quicker: look_for_orders() sees it
  view_.rollout.state = state;
  view_.rollout.reason = reason;
  view_.rollout.culprit = culprit;
  say(std::string(name_of(state)) + (culprit.empty() ? "" : " by " + culprit) + (reason.empty() ? "" : ": " + reason));
  return {};
}

}  // namespace mote
