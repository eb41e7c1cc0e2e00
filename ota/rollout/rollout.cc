// A rollout in words and in JSON.
#include "ota/rollout/rollout.h"

#include <algorithm>
#include <cstdio>

#include "base/json.h"

namespace mote {
namespace {

std::string seconds(int64_t ms) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(ms) / 1000);
  return text;
}

double fraction_of(uint16_t confidence) { return confidence / 256.0; }

std::string devices(size_t count) { return std::to_string(count) + (count == 1 ? " device" : " devices"); }

std::string counts_of(const std::vector<Member>& members) {
  std::string text;
#define X(name)                                                         \
  if (const uint32_t n = count_in(members, MemberState::name)) {        \
    text += (text.empty() ? "" : ", ") + std::to_string(n) + " " #name; \
  }
  MOTE_MEMBER_STATES(X)
#undef X
  return text;
}

std::string why(const Rollout& rollout) {
  return rollout.culprit.empty() ? rollout.reason : rollout.culprit + ": " + rollout.reason;
}

// "20 windows, at least 30 s, confidence at least 0.801, latency at most 5 ms, at most 3 missed"
std::string trial_of(const RolloutOptions& options) {
  std::string text = std::to_string(options.trial_windows) + " windows";
  char part[64];
  const auto add = [&](const char* format, auto value) {
    std::snprintf(part, sizeof part, format, value);
    text += part;
  };
  if (options.trial_seconds > 0) add(", at least %u s", options.trial_seconds);
  if (options.least_confidence > 0) add(", confidence at least %.3g", fraction_of(options.least_confidence));
  if (options.most_latency_us > 0) add(", latency at most %.7g ms", options.most_latency_us / 1000.0);
  if (options.most_missed != UINT32_MAX) add(", at most %u missed", options.most_missed);
  return text;
}

// What was not asked for is null.
Json trial_json(const RolloutOptions& options) {
  const auto asked = [](bool is_asked, Json value) { return is_asked ? std::move(value) : Json(nullptr); };
  return {{"windows", options.trial_windows},
          {"seconds", options.trial_seconds},
          {"least_confidence", asked(options.least_confidence > 0, fraction_of(options.least_confidence))},
          {"most_latency_ms", asked(options.most_latency_us > 0, options.most_latency_us / 1000.0)},
          {"most_missed", asked(options.most_missed != UINT32_MAX, options.most_missed)}};
}

}  // namespace

const char* name_of(RolloutState state) {
  switch (state) {
#define X(name)            \
  case RolloutState::name: \
    return #name;
    MOTE_ROLLOUT_STATES(X)
#undef X
  }
  return "";
}

const char* name_of(MemberState state) {
  switch (state) {
#define X(name)           \
  case MemberState::name: \
    return #name;
    MOTE_MEMBER_STATES(X)
#undef X
  }
  return "";
}

uint32_t count_in(const std::vector<Member>& members, MemberState state) {
  return static_cast<uint32_t>(
      std::count_if(members.begin(), members.end(), [&](const Member& member) { return member.state == state; }));
}

Result<void> outcome_of(const RolloutView& view) {
  const Rollout& rollout = view.rollout;
  if (rollout.state == RolloutState::finished || rollout.state == RolloutState::running) return {};
  const uint32_t confirmed = count_in(view.members, MemberState::confirmed);
  std::string what = std::string(name_of(rollout.state)) + " with " + std::to_string(confirmed) + " of " +
                     devices(view.members.size()) + " on the release";
  if (!rollout.reason.empty()) what += ": " + why(rollout);
  const bool resumable = rollout.state == RolloutState::paused || rollout.state == RolloutState::partial;
  return Error{
      .cause = confirmed > 0 ? Cause::partial : Cause::failed,
      .what = what,
      .where = "rollout " + rollout.name,
      .todo = resumable ? "go on with: mote rollout resume " + rollout.name : "see: mote rollout status " + rollout.name};
}

std::string to_text(const RolloutView& view) {
  const Rollout& rollout = view.rollout;
  std::string text = "rollout " + rollout.name + ": " + name_of(rollout.state);
  if (!rollout.reason.empty()) text += " (" + why(rollout) + ")";
  text += "\n  release  " + std::to_string(rollout.release) + (rollout.model_name.empty() ? "" : " (" + rollout.model_name + ")");
  text += "\n  stage    " + std::string(rollout.stage == kCanaryStage ? "canary" : "all") + ", for " +
          seconds(rollout.waited_ms) + " of at most " + seconds(rollout.options.deadline_ms);
  text += "\n  trial    " + trial_of(rollout.options);
  text += "\n  devices  " + counts_of(view.members) + "\n";
  for (const Member& member : view.members) {
    char line[160];
    std::snprintf(line, sizeof line, "  %-31s %-6s %-9s", member.device.c_str(), member.stage == kCanaryStage ? "canary" : "all",
                  name_of(member.state));
    text += line;
    if (member.state == MemberState::failed) text += std::string(" ") + mote_status_name(member.status);
    text += "\n";
  }
  return text;
}

Json to_json(const RolloutView& view) {
  const Rollout& rollout = view.rollout;
  Json json{{"name", rollout.name},
            {"state", name_of(rollout.state)},
            {"reason", rollout.reason},
            {"culprit", rollout.culprit},
            {"model", rollout.model_name},
            {"model_id", to_hex(rollout.model_id)},
            {"release", rollout.release},
            {"stage", rollout.stage == kCanaryStage ? "canary" : "all"},
            {"waited_ms", rollout.waited_ms},
            {"deadline_ms", rollout.options.deadline_ms},
            {"trial", trial_json(rollout.options)},
            {"started_ms", rollout.started_ms},
            {"changed_ms", rollout.changed_ms},
            {"members", Json::array()}};
  for (const Member& member : view.members)
    json["members"].push_back({{"device", member.device},
                               {"canary", member.stage == kCanaryStage},
                               {"state", name_of(member.state)},
                               {"sequence", member.sequence},
                               {"status", mote_status_name(member.status)},
                               {"changed_ms", member.changed_ms}});
  return json;
}

std::string to_text(const RolloutHistory& history) {
  if (history.rollouts.empty()) return "no rollouts yet\n";
  std::string text;
  for (const RolloutView& view : history.rollouts) {
    char line[160];
    std::snprintf(line, sizeof line, "%-24s %-9s release %-6u ", view.rollout.name.c_str(), name_of(view.rollout.state),
                  view.rollout.release);
    text += line + counts_of(view.members);
    if (!view.rollout.reason.empty()) text += "  (" + why(view.rollout) + ")";
    text += "\n";
  }
  return text;
}

Json to_json(const RolloutHistory& history) {
  Json json = Json::array();
  for (const RolloutView& view : history.rollouts) json.push_back(to_json(view));
  return json;
}

}  // namespace mote
