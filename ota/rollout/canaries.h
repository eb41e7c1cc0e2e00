// Who goes first: picked by a hash that only this host can compute, so that nobody places a device among the canaries.
#pragma once

#include "base/sha256.h"
#include "ota/rollout/rollout.h"

namespace mote {

// Members of a rollout named `name` over `devices`, the first `canaries` by SHA-256(salt, name, device) in stage 0. Every rollout
// picks others. With no device beyond the canaries the main stage is empty.
std::vector<Member> pick_canaries(const std::vector<std::string>& devices, const std::string& name, const Digest& salt,
                                  uint32_t canaries);

// The same with the canaries named. Refuses one that is not among `devices`.
Result<std::vector<Member>> name_canaries(const std::vector<std::string>& devices, const std::vector<std::string>& canaries);

// "5" is a number of canaries, "press-01,press-04" their ids.
struct CanaryChoice {
  uint32_t count = 0;
  std::vector<std::string> ids;
};
Result<CanaryChoice> parse_canaries(const std::string& text);
// The same behind another option, which errors name.
Result<CanaryChoice> parse_device_choice(const std::string& text, const std::string& option);

}  // namespace mote
