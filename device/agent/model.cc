// The model that runs: bound to the arena, fed with windows, watched by the monitor.
#include <string.h>

#include "device/agent/parts.h"
#include "device/model/container.h"

namespace mote {
namespace {

// Raw windows in, and no more statistics and scores out than the agent has room for.
bool fits_agent(const mote_model& model) {
  return mote_raw_input(&model).count != 0 && mote_statistics(&model).count < kMaxScalars &&
         mote_output(&model, 0).count <= kMaxClasses;
}

void name_running_model(Agent* agent) {
  const Slot slot = agent->updater.running;
  RunningModel* running = &agent->running;
  if (slot == Slot::none) return;
  const auto index = static_cast<uint8_t>(slot);
  running->release = agent->updater.state.release[index];
  memcpy(running->model_id, agent->updater.state.model_id[index], kDigestBytes);
}

void start_gathering(Agent* agent) {
  if (agent->gathering) return;
  agent->gathering = true;
  agent->gathered_ms = agent->now_ms;
}

}  // namespace

void open_running_model(Agent* agent) {
  RunningModel* running = &agent->running;
  const UpdaterConfig& update = agent->config.update;
  memset(running, 0, sizeof *running);
  uint32_t count = 0;
  const uint8_t* bytes = updater_model(agent->updater, &count);
  running->open = bytes != nullptr && mote_open(&running->model, bytes, count, update.arena, update.arena_bytes) == MOTE_OK &&
                  fits_agent(running->model);
  if (running->open) name_running_model(agent);
  uint32_t baseline_bytes = 0;
  const void* baseline =
      running->open ? mote_section(&running->model, static_cast<uint16_t>(SectionType::baseline), &baseline_bytes) : nullptr;
  monitor_start(&agent->monitor, baseline, baseline_bytes);
  agent->gathering = false;
}

void follow_release(Agent* agent) {
  const Updater& updater = agent->updater;
  if (!agent->running.open || agent->running.release == updater.state.release[static_cast<uint8_t>(updater.running)]) return;
  hold_report(agent);
  name_running_model(agent);
}

void infer(Agent* agent, const uint8_t* bytes, size_t count) {
  RunningModel* running = &agent->running;
  if (!running->open) return;
  if (count != sizeof(int16_t) * mote_raw_input(&running->model).count) return miss(agent);
  const AgentPorts& ports = agent->config.ports;
  const uint32_t scores = mote_output(&running->model, 0).count;
  const uint32_t begun = ports.microseconds(ports.context);
  // Aligned by the contract of Event::bytes.
  mote_run_raw(&running->model, reinterpret_cast<const int16_t*>(bytes), agent->statistics, agent->scores);
  const uint32_t latency = ports.microseconds(ports.context) - begun;
  start_gathering(agent);
  monitor_window(&agent->monitor, agent->statistics, mote_statistics(&running->model).count, agent->scores, scores, latency);
  ++agent->inferred;
  if (agent->updater.phase == Phase::trial) note_health(agent, scores, latency);
  if (ports.inferred != nullptr) ports.inferred(ports.context, agent->scores, scores);
}

void miss(Agent* agent) {
  if (!agent->running.open) return;
  start_gathering(agent);
  monitor_miss(&agent->monitor);
  if (agent->updater.phase == Phase::trial) ++agent->health.missed;
}

}  // namespace mote
