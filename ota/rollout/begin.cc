// Planning over the enrolled devices, and the orders of a person.
#include "ota/rollout/begin.h"

#include <algorithm>

#include "ota/bundle/bundle.h"
#include "ota/rollout/canaries.h"

namespace mote {
namespace {

constexpr size_t kMaxNameCharacters = 63;

Error rollout_problem(const std::string& name, const std::string& what, const std::string& todo) {
  return Error{.cause = Cause::usage, .what = what, .where = "rollout " + name, .todo = todo};
}

bool good_name(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !name.empty() && name.size() <= kMaxNameCharacters && std::all_of(name.begin(), name.end(), allowed);
}

Result<std::vector<std::string>> fleet_for(const Image& image, const std::string& cohort, Devices& devices) {
  TRY(const std::vector<EnrolledDevice> enrolled, devices.list());
  std::vector<std::string> ids;
  for (const EnrolledDevice& device : enrolled)
    if (!device.retired_ms && device.device_class == image.device_class && (cohort.empty() || device.cohort == cohort))
      ids.push_back(device.id);
  if (!ids.empty()) return ids;
  return Error{.cause = Cause::usage,
               .what = "no enrolled device is of class " + image.device_class + (cohort.empty() ? "" : " and cohort " + cohort),
               .where = "",
               .todo = "see: mote device list"};
}

Result<std::vector<Member>> members_of(const std::vector<std::string>& fleet, const RolloutRequest& request,
                                       RolloutStore& store) {
  TRY(const CanaryChoice choice, parse_canaries(request.canary));
  if (!choice.ids.empty()) return name_canaries(fleet, choice.ids);
  TRY(const KeyPair fresh, generate_key());  // its scalar is 32 bytes that nobody knows
  TRY(const Digest salt, store.salt([&] { return sha256(fresh.private_key); }));
  return pick_canaries(fleet, request.name, salt, choice.count);
}

// A trial that nobody can pass would come out as a canary that is silent.
Result<void> check_trial(const std::string& name, const RolloutOptions& options) {
  if (options.trial_windows == 0 && options.trial_seconds == 0)
    return rollout_problem(name, "asks for a trial of no windows and no seconds", "give it --trial-windows or --trial-seconds");
  if (int64_t{options.trial_seconds} * 1000 < options.deadline_ms) return {};
  return rollout_problem(name, "has a trial that is as long as the deadline: nobody can confirm before it has passed",
                         "give it a higher --deadline, or fewer --trial-seconds");
}

Result<void> change(const std::string& name, RolloutStore& store, const Rollout& rollout, const Change& to, const Clock& clock) {
  TRY(const bool changed, store.change_state(rollout.id, rollout.state, to, clock.now_ms()));
  if (changed) return {};
  return rollout_problem(name, "has changed at this very moment", "look at it again: mote rollout status " + name);
}

}  // namespace

Result<NewRollout> plan_rollout(const RolloutRequest& request, RolloutStore& store, Devices& devices, const TrustRoot& root) {
  if (!good_name(request.name))
    return rollout_problem(request.name, "is no name for a rollout", "use 1 to 63 letters, digits, '-', '_' and '.'");
  TRY_DO(check_trial(request.name, request.options));
  TRY(const Bundle bundle, open_bundle(request.bundle, root, request.bundle_name));
  TRY(const std::vector<std::string> fleet, fleet_for(bundle.image, request.cohort, devices));
  NewRollout plan{.name = request.name,
                  .bundle = request.bundle,
                  .model_name = bundle.image.name,
                  .model_id = bundle.image.model_id,
                  .release = bundle.image.release,
                  .options = request.options};
  TRY(plan.members, members_of(fleet, request, store));
  std::sort(plan.members.begin(), plan.members.end(),
            [](const Member& a, const Member& b) { return std::tie(a.stage, a.device) < std::tie(b.stage, b.device); });
  return plan;
}

RolloutView preview(const NewRollout& plan) {
  RolloutView view;
  view.rollout.state = RolloutState::planned;
  view.rollout.name = plan.name;
  view.rollout.options = plan.options;
  view.rollout.model_name = plan.model_name;
  view.rollout.model_id = plan.model_id;
  view.rollout.release = plan.release;
  view.members = plan.members;
  return view;
}

Result<void> begin_rollout(const RolloutRequest& request, RolloutStore& store, Devices& devices, const TrustRoot& root,
                           const Clock& clock) {
  const Result<Rollout> known = store.find(request.name);
  if (known.ok() && (known->state == RolloutState::running || known->state == RolloutState::finished)) {
    TRY(const Bytes bundle, store.bundle(known->id));
    if (bundle == request.bundle && (known->state == RolloutState::finished || known->options == request.options)) return {};
    if (bundle == request.bundle)
      return rollout_problem(request.name, "is running already, with other options",
                             "go on with those it has: mote rollout resume " + request.name);
  }
  TRY(const NewRollout plan, plan_rollout(request, store, devices, root));
  return store.create(plan, clock.now_ms());
}

Result<void> resume_rollout(const std::string& name, RolloutStore& store, const Clock& clock) {
  TRY(const Rollout rollout, store.find(name));
  switch (rollout.state) {
    case RolloutState::running:
      return {};
    case RolloutState::paused:
    case RolloutState::partial:
      TRY_DO(store.wait_again(rollout.id, clock.now_ms()));
      return change(name, store, rollout, {RolloutState::running}, clock);
    default:
      return rollout_problem(name, std::string("is ") + name_of(rollout.state) + " and cannot go on", "start another one");
  }
}

Result<void> pause_rollout(const std::string& name, const std::string& reason, RolloutStore& store, const Clock& clock) {
  TRY(const Rollout rollout, store.find(name));
  if (rollout.state != RolloutState::running) return rollout_problem(name, std::string("is ") + name_of(rollout.state), "");
  return change(name, store, rollout, {RolloutState::paused, reason}, clock);
}

Result<void> abort_rollout(const std::string& name, const std::string& reason, RolloutStore& store, const Clock& clock) {
  TRY(const Rollout rollout, store.find(name));
  const bool may =
      rollout.state == RolloutState::running || rollout.state == RolloutState::paused || rollout.state == RolloutState::partial;
  if (!may) return rollout_problem(name, std::string("is ") + name_of(rollout.state), "");
  return change(name, store, rollout, {RolloutState::aborted, reason}, clock);
}

}  // namespace mote
