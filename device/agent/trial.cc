// From all chunks held to a confirmed model, or back: at most one step of it at a time, so that a step stays bounded and the host
// hears of each.
#include <string.h>

#include "device/agent/parts.h"

namespace mote {
namespace {

void stage(Agent* agent) {
  const uint32_t sequence = agent->updater.wanted_sequence;
  const mote_status status = updater_stage(&agent->updater);
  if (agent->updater.phase == Phase::downloading) {  // from its beginning again
    agent->chunks.due = true;
  } else if (status != MOTE_OK) {
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
  memset(&agent->health, 0, sizeof agent->health);
  if (status != MOTE_OK || !agent->running.open) end_trial(agent, status != MOTE_OK ? status : MOTE_TRIAL_FAILED);
}

// Limits that the candidate can break at any moment of its trial.
bool is_healthy(const Agent& agent) {
  const TrialTerms& terms = agent.updater.trial;
  const bool fast = terms.most_latency_us == 0 || agent.health.latency_us <= terms.most_latency_us;
  return fast && agent.health.missed <= terms.most_missed;
}

// Confidence is a mean, so it is judged at the end.
bool is_confident(const Agent& agent) {
  return agent.health.confidence_sum >= uint64_t{agent.updater.trial.least_confidence} * agent.health.windows;
}

uint32_t least_ms(const TrialTerms& terms) { return terms.seconds > UINT32_MAX / 1000 ? UINT32_MAX : terms.seconds * 1000; }

bool has_shown_enough(const Agent& agent) {
  const TrialTerms& terms = agent.updater.trial;
  const uint32_t wanted = terms.windows == 0 ? 1 : terms.windows;
  return agent.health.windows >= wanted && has_passed(agent.now_ms, agent.trial_ms, least_ms(terms));
}

void confirm(Agent* agent) {
  const mote_status status = is_confident(*agent) ? updater_confirm(&agent->updater) : MOTE_UNHEALTHY;
  if (status != MOTE_OK) end_trial(agent, status);
}

void watch_trial(Agent* agent) {
  if (!is_healthy(*agent)) return end_trial(agent, MOTE_UNHEALTHY);
  if (has_shown_enough(*agent)) return confirm(agent);
  const uint32_t least = least_ms(agent->updater.trial), most = least + agent->config.trial_ms;
  if (has_passed(agent->now_ms, agent->trial_ms, most < least ? UINT32_MAX : most)) end_trial(agent, MOTE_TRIAL_FAILED);
}

}  // namespace

void note_health(Agent* agent, uint32_t count, uint32_t latency_us) {
  TrialHealth* health = &agent->health;
  int8_t best = INT8_MIN;
  for (uint32_t i = 0; i < count; ++i)
    if (agent->scores[i] > best) best = agent->scores[i];
  ++health->windows;
  health->confidence_sum += static_cast<uint32_t>(best - INT8_MIN);
  if (health->latency_us < latency_us) health->latency_us = latency_us;
}

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
