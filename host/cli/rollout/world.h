// What the rollout commands share: the workspace's database and keys, the connection, and the loop of a controller.
#pragma once

#include <memory>

#include "host/cli/commands.h"
#include "host/cli/keys/options.h"
#include "ota/rollout/begin.h"
#include "ota/rollout/controller.h"
#include "ota/transport/mqtt.h"
#include "ota/workspace.h"

namespace mote::cli {

struct RolloutRecords {
  std::unique_ptr<Database> database;
  std::unique_ptr<Devices> devices;
  std::unique_ptr<RolloutStore> store;
};

Workspace rollout_workspace();

// Where the broker is (empty: the workspace's own), and the director's keys.
struct Reach {
  std::string broker;
  KeyOptions keys;
};
void declare(Arguments& arguments, Reach& reach);

// Refuses a folder without a workspace.
Result<RolloutRecords> open_records(Context& context, const Workspace& workspace);

// Runs the controller of `name` until the rollout has ended or the command is told to stop, and prints where it stands.
// `begin` records the order once all that a controller needs is there: nothing is begun that
// could not be carried out.
Result<void> run_controller(Context& context, const Workspace& workspace, RolloutRecords& records, const std::string& name,
                            const Reach& reach, const std::function<Result<void>()>& begin);

// After a person's order: has the offers withdrawn when no controller runs that would do it.
Result<void> carry_out(Context& context, const Workspace& workspace, RolloutRecords& records, const std::string& name,
                       const Reach& reach);

}  // namespace mote::cli
