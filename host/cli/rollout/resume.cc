// mote rollout resume NAME: goes on with a rollout that was paused, ended in part, or whose controller died.
#include "host/cli/rollout/world.h"

namespace mote::cli {
namespace {

struct RolloutResumeOptions {
  std::string name;
  Reach reach;
};

Result<void> resume(Context& context, const RolloutResumeOptions& options) {
  const Workspace workspace = rollout_workspace();
  TRY(RolloutRecords records, open_records(context, workspace));
  return run_controller(context, workspace, records, options.name, options.reach,
                        [&] { return resume_rollout(options.name, *records.store, context.clock); });
}

}  // namespace

const Command rollout_resume = {
    .summary = "go on with a rollout that was paused, ended in part, or whose controller died",
    .details = "Devices keep their places and their directives; those that were silent get a new deadline.",
    .example = "mote rollout resume spring",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<RolloutResumeOptions>();
      arguments.positional("NAME", options->name, "the rollout");
      declare(arguments, options->reach);
      return [options](Context& context) { return resume(context, *options); };
    }};

}  // namespace mote::cli
