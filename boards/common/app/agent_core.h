// The agent as firmware has it, whatever carries its messages: its memory, its configuration from board.toml, its start.
#pragma once

#include "board_values.h"
#include "boards/common/board.h"
#include "device/agent/agent.h"
#include "device/agent/state.h"
#include "device/port/identity.h"
#include "device/port/mbedtls/crypto.h"

namespace mote::app {

constexpr uint32_t kTickEvery = 20;  // ms

struct AgentCore {
  Agent agent;
  Identity identity;
  Crypto crypto;
  uint32_t last_tick;
  MOTE_ALIGNED uint8_t arena[board::agent_arena_bytes];
};

inline AgentConfig config_of(AgentCore* core, bool (*publish)(void*, Channel, const uint8_t*, size_t)) {
  AgentConfig config{};
  config.update.flash = &board::flash();
  config.update.crypto = &core->crypto;
  config.update.identity = &core->identity;
  config.update.layout = {board::layout_journal,
                          board::layout_journal_half_bytes,
                          {board::layout_slot_a, board::layout_slot_b},
                          board::layout_slot_bytes};
  config.update.arena = core->arena;
  config.update.arena_bytes = sizeof core->arena;
  config.ports.publish = publish;
  config.ports.microseconds = [](void*) { return board::microseconds(); };
  config.report_windows = board::agent_report_windows;
  config.report_ms = board::agent_report_ms;
  config.resend_ms = board::agent_resend_ms;
  config.request_chunks = board::agent_request_chunks;
  config.trial_ms = board::agent_trial_ms;
  return config;
}

// Null, or why the device cannot work. mbedTLS has its memory already.
inline const char* start(AgentCore* core, bool (*publish)(void*, Channel, const uint8_t*, size_t)) {
  core->crypto = mbedtls_crypto();
  const uint8_t* sector = board::flash().mapped + board::layout_identity;
  if (identity_read(sector, kMaxIdentityBytes, &core->identity) != MOTE_OK)
    return "this device has no identity yet: mote device enrol";
  const mote_status started = agent_start(&core->agent, config_of(core, publish), board::milliseconds());
  return started == MOTE_OK ? nullptr : mote_status_text(started);
}

inline void step(AgentCore* core, EventType type, Channel channel = Channel::state, const uint8_t* bytes = nullptr,
                 size_t count = 0) {
  board::feed_watchdog();
  agent_step(&core->agent, board::milliseconds(), Event{type, channel, bytes, count});
}

inline void tick(AgentCore* core) {
  const uint32_t now = board::milliseconds();
  if (now - core->last_tick < kTickEvery) return;
  core->last_tick = now;
  step(core, EventType::tick);
}

}  // namespace mote::app
