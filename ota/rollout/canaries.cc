// Canary groups by salted hash, or by name.
#include "ota/rollout/canaries.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "ota/transport/topics.h"

namespace mote {
namespace {

Error refused_canaries(const std::string& option, const std::string& text, const std::string& what) {
  return Error{
      .cause = Cause::usage, .what = what, .where = option + " " + text, .todo = "give a number, or ids: press-01,press-04"};
}

std::vector<Member> members_of(const std::vector<std::string>& devices) {
  std::vector<Member> members;
  for (const std::string& device : devices) members.push_back({.device = device});
  return members;
}

}  // namespace

std::vector<Member> pick_canaries(const std::vector<std::string>& devices, const std::string& name, const Digest& salt,
                                  uint32_t canaries) {
  std::vector<Member> members = members_of(devices);
  std::map<Digest, Member*> order;
  for (Member& member : members) {
    Sha256 hash;
    hash.add(salt).add(view_of(name)).add(ByteView(reinterpret_cast<const uint8_t*>("\0"), 1)).add(view_of(member.device));
    order[hash.finish()] = &member;
  }
  uint32_t left = canaries;
  for (auto& [hash, member] : order) {
    if (left == 0) break;
    member->stage = kCanaryStage;
    --left;
  }
  return members;
}

Result<std::vector<Member>> name_canaries(const std::vector<std::string>& devices, const std::vector<std::string>& canaries) {
  std::vector<Member> members = members_of(devices);
  for (const std::string& id : canaries) {
    const auto found = std::find_if(members.begin(), members.end(), [&](const Member& member) { return member.device == id; });
    if (found == members.end()) return refused_canaries("--canary", id, "no enrolled device of the cohort has this id");
    found->stage = kCanaryStage;
  }
  return members;
}

Result<CanaryChoice> parse_canaries(const std::string& text) { return parse_device_choice(text, "--canary"); }

Result<CanaryChoice> parse_device_choice(const std::string& text, const std::string& option) {
  CanaryChoice choice;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), choice.count);
  if (problem == std::errc() && end == text.data() + text.size()) {
    if (choice.count == 0) return refused_canaries(option, text, "it must be at least one");
    return choice;
  }
  for (size_t at = 0; at <= text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    choice.ids.push_back(text.substr(at, comma - at));
    if (!valid_device_id(choice.ids.back())) return refused_canaries(option, text, "'" + choice.ids.back() + "' is no device id");
    at = comma + 1;
  }
  return choice;
}

}  // namespace mote
