// mote rollout status NAME: where a rollout stands, device by device.
#include "host/cli/rollout/world.h"

namespace mote::cli {
namespace {

Result<void> status(Context& context, const std::string& name) {
  TRY(const RolloutRecords records, open_records(context, rollout_workspace()));
  TRY(const RolloutView view, records.store->view(name));
  context.print(view);
  return {};
}

}  // namespace

const Command rollout_status = {.summary = "where a rollout stands, device by device",
                                .details = "From the workspace's records; needs no broker.",
                                .example = "mote rollout status spring --json",
                                .declare = [](Arguments& arguments) -> Action {
                                  auto name = std::make_shared<std::string>();
                                  arguments.positional("NAME", *name, "the rollout");
                                  return [name](Context& context) { return status(context, *name); };
                                }};

}  // namespace mote::cli
