// From the bundles of rollouts to registered models.
#include "host/fleet/releases.h"

#include "ota/bundle/bundle.h"

namespace mote::fleet {

Result<void> register_releases(FleetStore& store, RolloutStore& rollouts, const TrustRoot& root) {
  TRY(const RolloutHistory history, rollouts.history());
  for (const RolloutView& view : history.rollouts) {
    const Rollout& rollout = view.rollout;
    TRY(const bool is_known, store.has_model(rollout.model_id, rollout.release));
    if (is_known) continue;
    const std::string where = "the bundle of rollout " + rollout.name;
    TRY(const Bytes bytes, rollouts.bundle(rollout.id));
    TRY(const Bundle bundle, open_bundle(bytes, root, where));
    TRY_DO(store.register_model(bundle.payloads.front(), where, bundle.image.name, bundle.image.release));
  }
  return {};
}

}  // namespace mote::fleet
