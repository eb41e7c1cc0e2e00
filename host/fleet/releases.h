// The models that were rolled out from this workspace are known to the fleet's store without being told twice.
#pragma once

#include "host/fleet/store.h"
#include "ota/rollout/store.h"
#include "ota/trust/root.h"

namespace mote::fleet {

// Registers each model of each rollout that is not registered yet. Cause::untrusted for a bundle that `root` does not vouch for.
Result<void> register_releases(FleetStore& store, RolloutStore& rollouts, const TrustRoot& root);

}  // namespace mote::fleet
