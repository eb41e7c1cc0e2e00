// mote rollout pause NAME, mote rollout abort NAME: a person's order to stop handing out a release, for now or for good.
#include "host/cli/rollout/world.h"

namespace mote::cli {
namespace {

struct StopOptions {
  std::string name, reason = "by a person";
  Reach reach;
  bool dry_run = false;
};

// pause_rollout or abort_rollout.
using Order = Result<void> (*)(const std::string& name, const std::string& reason, RolloutStore& store, const Clock& clock);

Result<void> give(Order order, Context& context, const StopOptions& options) {
  const Workspace workspace = rollout_workspace();
  TRY(RolloutRecords records, open_records(context, workspace));
  if (options.dry_run) {
    TRY(const RolloutView view, records.store->view(options.name));
    context.print(view);
    return {};
  }
  TRY_DO(order(options.name, options.reason, *records.store, context.clock));
  return carry_out(context, workspace, records, options.name, options.reach);
}

Action declare(Order order, Arguments& arguments) {
  auto options = std::make_shared<StopOptions>();
  arguments.positional("NAME", options->name, "the rollout");
  arguments.option("--reason", options->reason, "kept with the rollout");
  declare(arguments, options->reach);
  arguments.flag("--dry-run", options->dry_run, "show the rollout, and change nothing");
  return [order, options](Context& context) { return give(order, context, *options); };
}

}  // namespace

const Command rollout_pause = {
    .summary = "stop handing out a release for now",
    .details = "Devices that already hold it keep it. The others are offered nothing until `mote rollout resume`.",
    .example = "mote rollout pause spring --reason 'line 2 is being serviced'",
    .declare = [](Arguments& arguments) { return declare(pause_rollout, arguments); }};

const Command rollout_abort = {
    .summary = "stop handing out a release for good",
    .details =
        "Devices that already hold it keep it: to take it back from them, roll out the model before it under a higher release.",
    .example = "mote rollout abort spring --reason 'superseded'",
    .declare = [](Arguments& arguments) { return declare(abort_rollout, arguments); }};

}  // namespace mote::cli
