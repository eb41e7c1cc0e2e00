// How a rollout comes to be, and how a person stops it and sets it going again. None of this needs a broker.
#pragma once

#include "base/clock.h"
#include "ota/devices/devices.h"
#include "ota/rollout/store.h"
#include "ota/trust/root.h"

namespace mote {

struct RolloutRequest {
  std::string name;
  Bytes bundle;
  std::string bundle_name;   // for errors
  std::string canary = "1";  // a number, or ids: ota/rollout/canaries.h
  std::string cohort;        // empty: every device of the bundle's class
  RolloutOptions options;
};

// Who would get what: refuses a bundle with any defect, a canary that is no such device, a fleet without a device of the class.
Result<NewRollout> plan_rollout(const RolloutRequest& request, RolloutStore& store, Devices& devices, const TrustRoot& root);

// What a plan comes to, as if it had begun: for --dry-run.
RolloutView preview(const NewRollout& plan);

// Plans and records it. One of this name with the same bundle and options that is running, or has finished, is no error: whoever
// does not know whether his controller died before or after its end may say the same again.
Result<void> begin_rollout(const RolloutRequest& request, RolloutStore& store, Devices& devices, const TrustRoot& root,
                           const Clock& clock);

// A paused or partial one runs again, with a new deadline; a running one stays. Refuses one that has ended for good.
Result<void> resume_rollout(const std::string& name, RolloutStore& store, const Clock& clock);

// Refuses one that is not running; an abort may follow a pause or a partial end.
Result<void> pause_rollout(const std::string& name, const std::string& reason, RolloutStore& store, const Clock& clock);
Result<void> abort_rollout(const std::string& name, const std::string& reason, RolloutStore& store, const Clock& clock);

}  // namespace mote
