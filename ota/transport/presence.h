// Who is there: what stands on a device's state topic is its signed state, or the last will of the connection that carried it
// (docs/spec/topics.md, T6-T8).
//
//     const StateMessage said = parse_state_or_will(message.payload);
//     if (said.kind == StateKind::state) ...            // open_envelope(said.envelope, the device's report key)
//     if (says_gone(said, last_boot)) ...               // last_boot: of the newest state that was verified, 0 for none
#pragma once

#include "base/bytes.h"

namespace mote {

constexpr size_t kWillBytes = 8;  // "MOTW", then the boot, little-endian

enum class StateKind {
  none,   // the topic was cleared, or holds what nobody of ours wrote
  state,  // looks like a signed envelope; nothing of it is checked yet
  will,   // the connection ended
};

struct StateMessage {
  StateKind kind = StateKind::none;
  ByteView envelope;  // of a state: all of the payload, into the caller's bytes
  uint32_t boot = 0;  // of a will: the start of the device that the connection served, 0 when its owner did not know it
};

// The payload of a will, to be retained on the state topic. A device that speaks for itself knows its boot; a gateway gives 0,
// for the device behind it may start again while the gateway's connection stands.
Bytes make_will(uint32_t boot);

StateMessage parse_state_or_will(ByteView payload);

// A will is believed unless it belongs to an earlier start than the newest verified state: then the device has come back since.
// It is a hint, for nothing signs it: it may make a host wait or count a device as silent, and never more.
bool says_gone(const StateMessage& message, uint32_t last_boot);

}  // namespace mote
