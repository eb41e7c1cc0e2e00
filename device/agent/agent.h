// The device's state machine. No globals, no blocking: the board calls agent_step with what happened, the agent answers through
// its ports (docs/architecture.md).
#pragma once

#include "device/format/channels.h"
#include "device/limits.h"
#include "device/monitor/monitor.h"
#include "device/update/updater.h"
#include "mote/mote.h"

namespace mote {

struct AgentPorts {
  void* context;
  // Hands a message to the transport. False: not now; the agent tries again at a later step.
  bool (*publish)(void* context, Channel channel, const uint8_t* bytes, size_t count);
  // A free-running count of microseconds, for latency.
  uint32_t (*microseconds)(void* context);
  // Told after every inference; for logs and tests. May be null.
  void (*inferred)(void* context, const int8_t* scores, uint32_t count);
};

struct AgentConfig {
  UpdaterConfig update;
  AgentPorts ports;
  uint32_t report_windows;  // a report is cut after so many windows ...
  uint32_t report_ms;       // ... or so much time with at least one window, whichever comes first
  uint32_t resend_ms;       // a report or request that was not answered is sent again after this; more than a round trip
  uint32_t request_chunks;  // chunks asked for at once, 1 to 64
  uint32_t trial_ms;        // a trial without its windows after this has failed; a trial that waits for room to keep the old
                            // model's report waits no longer than this either
};

enum class EventType : uint8_t {
  tick,       // time has passed
  connected,  // the transport is up
  disconnected,
  message,  // channel, bytes: something came down
  window,   // bytes: one int16 little-endian window, [samples][channels]
  gap,      // a window was lost before it reached the agent
};

struct Event {
  EventType type;
  Channel channel;
  const uint8_t* bytes;  // 2-byte aligned for a window
  size_t count;
};

struct Agent;  // device/agent/state.h: fixed size, the caller gives the memory

// Replays the journal, opens the model to run and prepares the first state message. MOTE_OK also without a model: the device
// then waits for one. MOTE_FLASH_FAILED otherwise.
mote_status agent_start(Agent* agent, const AgentConfig& config, uint32_t now_ms);

// One event. `now_ms` is a free-running millisecond count that may wrap.
void agent_step(Agent* agent, uint32_t now_ms, const Event& event);

}  // namespace mote
