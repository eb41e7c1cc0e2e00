// mote rollout pause NAME: stops handing out a release for now.
#include "host/cli/rollout/world.h"

namespace mote::cli {
namespace {

struct Options {
  std::string name, reason = "by a person", broker;
  bool dry_run = false;
};

Result<void> pause(Context& context, const Options& options) {
  const Workspace workspace = rollout_workspace();
  TRY(RolloutRecords records, open_records(context, workspace));
  if (options.dry_run) {
    TRY(const RolloutView view, records.store->view(options.name));
    context.print(view);
    return {};
  }
  TRY_DO(pause_rollout(options.name, options.reason, *records.store, context.clock));
  return carry_out(context, workspace, records, options.name, options.broker);
}

}  // namespace

const Command rollout_pause = {
    .summary = "stop handing out a release for now",
    .details = "Devices that already hold it keep it. The others are offered nothing until `mote rollout resume`.",
    .example = "mote rollout pause spring --reason 'line 2 is being serviced'",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<Options>();
      arguments.positional("NAME", options->name, "the rollout");
      arguments.option("--reason", options->reason, "kept with the rollout");
      arguments.option("--broker", options->broker, "host:port; without it, the workspace's own");
      arguments.flag("--dry-run", options->dry_run, "show the rollout, and change nothing");
      return [options](Context& context) { return pause(context, *options); };
    }};

}  // namespace mote::cli
