// mote fleet status: who is there, what runs, how it fares.
#include "host/fleet/status.h"

#include "host/cli/fleet/world.h"

namespace mote::cli {
namespace {

Result<void> status(Context& context) {
  TRY(const FleetRecords records, open_fleet(context));
  TRY(const fleet::FleetStatus status,
      fleet::fleet_status(*records.store, *records.devices, *records.rollouts, context.clock.now_ms()));
  context.print(status);
  return {};
}

}  // namespace

const Command fleet_status = {
    .summary = "who is there, what runs, how it fares",
    .details =
        "From what `mote fleet collect` has stored. Windows, latency and answers are those of the release that a device\n"
        "runs now; latency is counted in powers of two and is good to within a factor of two. `clock` says when a device has not "
        "heard the\n"
        "signed time that was given out: somebody on the way to it may hold messages back.",
    .example = "mote fleet status --json",
    .declare = [](Arguments&) -> Action { return status; }};

}  // namespace mote::cli
