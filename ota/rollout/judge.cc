// The reading of a state, rule by rule (docs/rollout.md, R1-R5).
#include "ota/rollout/judge.h"

#include <algorithm>

#include "device/port/mbedtls/crypto.h"
#include "device/update/envelope.h"
#include "device/update/updater.h"
#include "ota/transport/presence.h"
#include "report_generated.h"

namespace mote {

std::optional<SignedState> parse_state(ByteView payload) {
  flatbuffers::Verifier verifier(payload.data(), payload.size());
  if (!verifier.VerifyBuffer<format::State>(nullptr)) return std::nullopt;
  const format::State& state = *flatbuffers::GetRoot<format::State>(payload.data());
  if (state.device() == nullptr) return std::nullopt;
  SignedState parsed{.device = state.device()->str(),
                     .boot = state.boot(),
                     .phase = state.phase(),
                     .status = static_cast<mote_status>(state.status()),
                     .degraded = state.degraded(),
                     .release = state.release(),
                     .sequence = state.sequence(),
                     .refused = state.refused(),
                     .root_epoch = state.root_epoch()};
  if (state.model_id() != nullptr && state.model_id()->size() == parsed.model_id.size())
    std::copy(state.model_id()->begin(), state.model_id()->end(), parsed.model_id.begin());
  return parsed;
}

std::optional<SignedState> open_state(const PublicKey& key, ByteView message) {
  const StateMessage said = parse_state_or_will(message);
  if (said.kind != StateKind::state) return std::nullopt;
  Opened opened;
  const mote_status status =
      open_envelope(mbedtls_crypto(), EnvelopeType::state, single_key(key.data()), said.envelope.data(),
                                           said.envelope.size(), &opened);
  if (status != MOTE_OK || opened.envelope_bytes != said.envelope.size()) return std::nullopt;
  return parse_state({opened.payload, opened.payload_bytes});
}

Standing judge(const SignedState& state, const Wanted& wanted) {
  if (state.refused == wanted.sequence)
    return state.status == MOTE_STALE_SEQUENCE ? Standing::outpaced : Standing::failed;  // R1, R2
  if (state.sequence > wanted.sequence) return Standing::outpaced;                       // R2
  if (state.sequence < wanted.sequence) return Standing::pending;
  if (static_cast<Phase>(state.phase) != Phase::idle) return Standing::pending;  // R3
  const bool runs_it = state.model_id == wanted.model_id && state.release == wanted.release && !state.degraded;
  if (runs_it) return Standing::confirmed;  // R4
  // R6: its last update ended well, so it was another one under the same number, of a database that was lost perhaps.
  return state.status == MOTE_OK && !state.degraded ? Standing::outpaced : Standing::failed;  // R5
}

std::string cause_of(mote_status status) {
  // R5: nothing was refused, and yet it runs something else.
  if (status == MOTE_OK) return "it obeyed, and runs another model or release all the same";
  return std::string(mote_status_name(status)) + ": " + mote_status_text(status);
}

}  // namespace mote
