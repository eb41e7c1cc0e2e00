// A root that follows the one in force; with it may end what was begun under keys that are none any more.
#include "device/agent/parts.h"

namespace mote {

void take_root(Agent* agent, const uint8_t* bytes, size_t count) {
  agent->state_due = true;  // whatever comes of it, the host hears of it
  const Slot running = agent->updater.running;
  const mote_status status = updater_take_root(&agent->updater, bytes, count);
  if (status == MOTE_STALE_ROOT) return;  // the host tells it again until it has heard of it
  agent->refused = 0;
  agent->refusal = status;
  if (agent->updater.running == running) return;
  hold_report(agent);
  open_running_model(agent);
}

}  // namespace mote
