// mote rollout status [NAME]: where a rollout stands, device by device.
#include "host/cli/rollout/world.h"

namespace mote::cli {
namespace {

Result<void> status(Context& context, const std::string& name) {
  TRY(const RolloutRecords records, open_records(context, rollout_workspace()));
  if (!name.empty()) {
    TRY(const RolloutView view, records.store->view(name));
    context.print(view);
    return {};
  }
  TRY(const RolloutHistory history, records.store->history());
  if (history.rollouts.empty())
    return Error{.cause = Cause::failed,
                 .what = "no rollout was ever started here",
                 .where = ".mote",
                 .todo = "see: mote rollout start --help"};
  context.print(history.rollouts.front());
  return {};
}

}  // namespace

const Command rollout_status = {.summary = "where a rollout stands, device by device",
                                .details = "From the workspace's records; needs no broker.",
                                .example = "mote rollout status spring --json",
                                .declare = [](Arguments& arguments) -> Action {
                                  auto name = std::make_shared<std::string>();
                                  arguments.optional_positional("NAME", *name, "the rollout; without it, the newest");
                                  return [name](Context& context) { return status(context, *name); };
                                }};

}  // namespace mote::cli
