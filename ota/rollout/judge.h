// What a device's signed state says about its part in a rollout. Pure: no store, no clock.
#pragma once

#include <optional>

#include "ota/rollout/rollout.h"
#include "ota/trust/keys.h"

namespace mote {

// What a verified state envelope held (device/format/report.fbs: State).
struct SignedState {
  std::string device;
  uint32_t boot = 0;
  uint8_t phase = 0;  // device/update/updater.h: Phase
  mote_status status = MOTE_OK;
  bool degraded = false;
  uint32_t release = 0;
  uint32_t sequence = 0;
  uint32_t refused = 0;
  uint32_t root_epoch = 0;  // of the root in force
  Digest model_id{};  // zeros when none runs
};

// None for bytes that are no State. Check the signature first.
std::optional<SignedState> parse_state(ByteView payload);

// What the device that holds `key` has published on its state topic. None for a last will, for noise, and for words that
// another key has signed.
std::optional<SignedState> open_state(const PublicKey& key, ByteView message);

enum class Standing {
  pending,    // nothing of this directive yet, or under way
  confirmed,  // runs the release and has ended its trial
  failed,     // refused the directive, or went back to what it had
  outpaced,   // has obeyed a higher sequence than ours: needs a new one
};

struct Wanted {
  uint32_t sequence = 0;
  uint32_t release = 0;
  Digest model_id{};
};

Standing judge(const SignedState& state, const Wanted& wanted);

// "SELF_TEST_FAILED: the model's self-test vectors gave other outputs on this device"
std::string cause_of(mote_status status);

}  // namespace mote
