// What the fleet commands share: the workspace's database with the fleet's tables, and the models that were rolled out.
#pragma once

#include <memory>

#include "host/cli/commands.h"
#include "host/fleet/store.h"
#include "ota/devices/devices.h"
#include "ota/rollout/store.h"
#include "ota/workspace.h"

namespace mote::cli {

struct FleetRecords {
  std::unique_ptr<Database> database;
  std::unique_ptr<Devices> devices;
  std::unique_ptr<fleet::FleetStore> store;
  std::unique_ptr<RolloutStore> rollouts;
};

Workspace fleet_workspace();

// Refuses a folder without a workspace.
Result<FleetRecords> open_fleet(Context& context);

}  // namespace mote::cli
