// From all chunks held to a confirmed model, or back: at most one step of it at a time, so that a step stays bounded and the host
// hears of each.
#include "device/agent/parts.h"

namespace mote {
namespace {

void stage(Agent* agent) {
  const uint32_t sequence = agent->updater.wanted_sequence;
  const mote_status status = updater_stage(&agent->updater);
  if (status != MOTE_OK) {
    agent->refused = sequence;
    agent->refusal = status;
  }
  agent->holding = false;
  // The candidate's self-test has used the arena: the running model is bound to it anew, and keeps what it has gathered.
  if (!agent->running.open) return;
  const UpdaterConfig& update = agent->config.update;
  uint32_t count = 0;
  const uint8_t* bytes = updater_model(agent->updater, &count);
  agent->running.open =
      bytes != nullptr && mote_open(&agent->running.model, bytes, count, update.arena, update.arena_bytes) == MOTE_OK;
}

// The old model's remainder needs a place among the reports, and so will the candidate's if it is taken back. An update does not
// wait for a collector for ever: after trial_ms it goes ahead.
bool may_swap(Agent* agent) {
  if (has_room_for_report(*agent, (agent->gathering ? 1 : 0) + 1)) return true;
  if (!agent->holding) {
    agent->holding = true;
    agent->held_ms = agent->now_ms;
  }
  return has_passed(agent->now_ms, agent->held_ms, agent->config.trial_ms);
}

void end_trial(Agent* agent, mote_status why) {
  hold_report(agent);
  (void)updater_end_trial(&agent->updater, why);  // should the flash fail here, a restart has the same effect
  open_running_model(agent);
}

void begin_trial(Agent* agent) {
  if (!may_swap(agent)) return;
  agent->holding = false;
  hold_report(agent);
  const mote_status status = updater_begin_trial(&agent->updater);
  open_running_model(agent);
  agent->trial_ms = agent->now_ms;
  agent->trial_done = 0;
  if (status != MOTE_OK || !agent->running.open) end_trial(agent, status != MOTE_OK ? status : MOTE_TRIAL_FAILED);
}

void watch_trial(Agent* agent) {
  if (agent->trial_done >= agent->updater.trial_windows) {
    const mote_status status = updater_confirm(&agent->updater);
    if (status != MOTE_OK) end_trial(agent, status);
    return;
  }
  if (has_passed(agent->now_ms, agent->trial_ms, agent->config.trial_ms)) end_trial(agent, MOTE_TRIAL_FAILED);
}

}  // namespace

void advance_update(Agent* agent) {
  const Updater& updater = agent->updater;
  switch (updater.phase) {
    case Phase::idle:
      return;
    case Phase::downloading:
      if (updater.chunks_held == updater.chunk_count) stage(agent);
      return;
    case Phase::staged:
      return begin_trial(agent);
    case Phase::trial:
      return watch_trial(agent);
  }
}

}  // namespace mote
