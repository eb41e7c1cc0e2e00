// Start and step of the agent: an event is taken in, the update moves on by one step at most, and what is due is sent.
#include "device/agent/agent.h"

#include <string.h>

#include "device/agent/parts.h"

namespace mote {
namespace {

void take_message(Agent* agent, const Event& event) {
  if (event.count > kMaxMessageBytes) return;
  switch (event.channel) {
    case Channel::desired:
      return take_desired(agent, event.bytes, event.count);
    case Channel::block:
      return take_block(agent, event.bytes, event.count);
    case Channel::acknowledge:
      return take_acknowledge(agent, event.bytes, event.count);
    case Channel::root:
      return take_root(agent, event.bytes, event.count);
    case Channel::time:  // a refused beacon changes nothing, and there is nobody to tell
      (void)updater_take_time(&agent->updater, event.bytes, event.count);
      return;
    default:
      return;  // what only devices write
  }
}

// Whatever was on its way when the connection broke may be lost: it is all sent again.
void take_connected(Agent* agent) {
  agent->connected = true;
  agent->state_due = true;
  agent->chunks.due = true;
  agent->reports.sent = false;
}

void take_event(Agent* agent, const Event& event) {
  switch (event.type) {
    case EventType::tick:
      return;
    case EventType::connected:
      return take_connected(agent);
    case EventType::disconnected:
      agent->connected = false;
      return;
    case EventType::message:
      return take_message(agent, event);
    case EventType::window:
      return infer(agent, event.bytes, event.count);
    case EventType::gap:
      return miss(agent);
  }
}

}  // namespace

mote_status agent_start(Agent* agent, const AgentConfig& config, uint32_t now_ms) {
  memset(agent, 0, sizeof *agent);
  agent->config = config;
  agent->now_ms = now_ms;
  agent->state_due = true;
  const mote_status status = updater_boot(&agent->updater, config.update);
  if (status != MOTE_OK && status != MOTE_NO_MODEL) return status;
  open_running_model(agent);
  return MOTE_OK;
}

void agent_step(Agent* agent, uint32_t now_ms, const Event& event) {
  agent->uptime_ms += now_ms - agent->now_ms;
  agent->now_ms = now_ms;
  take_event(agent, event);
  advance_update(agent);
  cut_report_when_due(agent);
  if (!agent->connected) return;
  send_state(agent);
  send_request(agent);
  send_report(agent);
}

}  // namespace mote
