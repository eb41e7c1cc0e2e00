// Opens the fleet's records.
#include "host/cli/fleet/world.h"

#include "host/fleet/releases.h"

namespace mote::cli {

Workspace fleet_workspace() { return Workspace{.folder = ".mote"}; }

Result<FleetRecords> open_fleet(Context& context) {
  const Workspace workspace = fleet_workspace();
  if (!context.files.exists(workspace.folder))
    return Error{.cause = Cause::failed, .what = "there is no workspace here", .where = ".mote", .todo = "make one: mote init"};
  TRY(Database database, Database::open(workspace.database()));
  FleetRecords records;
  records.database = std::make_unique<Database>(std::move(database));
  records.devices = std::make_unique<Devices>(*records.database);
  records.store = std::make_unique<fleet::FleetStore>(*records.database);
  records.rollouts = std::make_unique<RolloutStore>(*records.database);
  TRY_DO(records.devices->prepare());
  TRY_DO(records.store->prepare());
  TRY_DO(records.rollouts->prepare());
  if (context.files.exists(workspace.root())) {  // without keys nothing can have been rolled out
    TRY(const TrustRoot root, read_root(context.files, workspace.root()));
    TRY_DO(fleet::register_releases(*records.store, *records.rollouts, root));
  }
  return records;
}

}  // namespace mote::cli
