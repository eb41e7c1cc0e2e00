// mote rollout history: every rollout of the workspace.
#include "host/cli/rollout/world.h"

namespace mote::cli {
namespace {

Result<void> history(Context& context) {
  TRY(const RolloutRecords records, open_records(context, rollout_workspace()));
  TRY(const RolloutHistory history, records.store->history());
  context.print(history);
  return {};
}

}  // namespace

const Command rollout_history = {
    .summary = "every rollout of the workspace, the newest first",
    .details = "Rollouts are never deleted.",
    .example = "mote rollout history",
    .declare = [](Arguments&) -> Action { return [](Context& context) { return history(context); }; }};

}  // namespace mote::cli
