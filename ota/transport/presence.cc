// The bare marker that a broker leaves on a state topic when a connection ends.
#include "ota/transport/presence.h"

#include <algorithm>
#include <array>

namespace mote {
namespace {

constexpr std::array<uint8_t, 4> kWillMagic = {'M', 'O', 'T', 'W'};
constexpr std::array<uint8_t, 4> kEnvelopeMagic = {'M', 'O', 'T', 'S'};  // device/update/envelope.h

bool starts_with(ByteView payload, const std::array<uint8_t, 4>& magic) {
  return payload.size() >= magic.size() && std::equal(magic.begin(), magic.end(), payload.begin());
}

}  // namespace

Bytes make_will(uint32_t boot) {
  Bytes will(kWillMagic.begin(), kWillMagic.end());
  for (int shift = 0; shift < 32; shift += 8) will.push_back(static_cast<uint8_t>(boot >> shift));
  return will;
}

StateMessage parse_state_or_will(ByteView payload) {
  if (starts_with(payload, kEnvelopeMagic)) return {.kind = StateKind::state, .envelope = payload};
  if (!starts_with(payload, kWillMagic) || payload.size() != kWillBytes) return {};
  uint32_t boot = 0;
  for (size_t i = 0; i < 4; ++i) boot |= static_cast<uint32_t>(payload[4 + i]) << 8 * i;
  return {.kind = StateKind::will, .boot = boot};
}

bool says_gone(const StateMessage& message, uint32_t last_boot) {
  return message.kind == StateKind::will && (message.boot == 0 || message.boot >= last_boot);
}

}  // namespace mote
