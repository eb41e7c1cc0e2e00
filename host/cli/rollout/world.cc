// Opens the world of a controller, and turns its handle.
#include "host/cli/rollout/world.h"

#include "ota/workspace_lock.h"

namespace mote::cli {
namespace {

constexpr auto kStepPatience = std::chrono::milliseconds(100);
constexpr int64_t kWithdrawMs = 10'000;

struct World {
  TrustRoot root;
  Signers director;
  std::shared_ptr<Relay> relay;
  std::unique_ptr<MqttConnection> connection;
  std::unique_ptr<RootCourier> roots;
};

Result<World> open_world(Context& context, const Workspace& workspace, const Reach& reach) {
  World world;
  TRY(world.root, read_root(context.files, workspace.root()));
  KeyRing ring = key_ring(context, workspace, reach.keys);
  TRY(world.director, ring.enough_signers(kDirectorRole, world.root));
  TRY(const BrokerAddress address, reach.broker.empty() ? running_broker(workspace, context.files) : parse_broker_address(reach.broker));
  TRY(Endpoint endpoint, host_endpoint(workspace, context.files, address, HostProgram::controller));
  TRY(world.relay, Relay::start(context.clock));
  TRY(world.connection, MqttConnection::open(std::move(endpoint), world.relay, context.clock));
  world.roots = std::make_unique<RootCourier>(*world.connection, context.clock,
                                              [&context, workspace] { return all_roots(context.files, workspace); });
  return world;
}

Result<WorkspaceLock> lock_controller(const Workspace& workspace) {
  return WorkspaceLock::take(workspace.folder, "controller", "another rollout of this workspace is being run",
                             "wait until it has ended, or pause it: mote rollout pause");
}

Result<Controller> open_controller(Context& context, RolloutRecords& records, World& world, const std::string& name) {
  TRY(Controller controller, Controller::open(name, {.store = *records.store,
                                                     .devices = *records.devices,
                                                     .connection = *world.connection,
                                                     .clock = context.clock,
                                                     .root = world.root,
                                                     .director = world.director,
                                                     .roots = world.roots.get()}));
  controller.tell = [&context](const std::string& line) { context.log(line); };
  return controller;
}

// Publishing is taken over by the connection before it has left: wait until it has.
void flush(World& world, const Clock& clock) {
  const int64_t until = clock.steady_ms() + 2000;
  while (world.connection->connected() && world.connection->unsent() > 0 && clock.steady_ms() < until)
    world.connection->poll(std::chrono::milliseconds(20), {});
}

}  // namespace

void declare(Arguments& arguments, Reach& reach) {
  arguments.option("--broker", reach.broker, "host:port; without it, the workspace's own");
  declare(arguments, reach.keys);
}

Workspace rollout_workspace() { return Workspace{.folder = ".mote"}; }

Result<RolloutRecords> open_records(Context& context, const Workspace& workspace) {
  if (!context.files.exists(workspace.folder))
    return Error{.cause = Cause::failed, .what = "there is no workspace here", .where = ".mote", .todo = "make one: mote init"};
  TRY(Database database, Database::open(workspace.database()));
  RolloutRecords records;
  records.database = std::make_unique<Database>(std::move(database));
  records.devices = std::make_unique<Devices>(*records.database);
  records.store = std::make_unique<RolloutStore>(*records.database);
  TRY_DO(records.devices->prepare());
  TRY_DO(records.store->prepare());
  return records;
}

Result<void> run_controller(Context& context, const Workspace& workspace, RolloutRecords& records, const std::string& name,
                            const Reach& reach, const std::function<Result<void>()>& begin) {
  TRY(const WorkspaceLock lock, lock_controller(workspace));
  TRY(World world, open_world(context, workspace, reach));
  TRY_DO(begin());
  TRY(Controller controller, open_controller(context, records, world, name));
  std::string trouble;
  while (!controller.ended() && !context.stop) {
    TRY_DO(controller.step(kStepPatience));
    if (const std::string now = world.connection->trouble(); now != trouble) {
      trouble = now;
      if (!trouble.empty()) context.log("no broker at present: " + trouble);
    }
  }
  flush(world, context.clock);
  TRY(const RolloutView view, records.store->view(name));
  context.print(view);
  if (view.rollout.state == RolloutState::running)
    return Error{.cause = Cause::partial,
                 .what = "stopped in the middle",
                 .where = "rollout " + name,
                 .todo = "go on with: mote rollout resume " + name};
  return outcome_of(view);
}

Result<void> carry_out(Context& context, const Workspace& workspace, RolloutRecords& records, const std::string& name,
                       const Reach& reach) {
  const Result<WorkspaceLock> lock = lock_controller(workspace);
  if (lock.ok()) {
    TRY(World world, open_world(context, workspace, reach));
    TRY(Controller controller, open_controller(context, records, world, name));
    const int64_t until = context.clock.steady_ms() + kWithdrawMs;
    while (!controller.ended() && !context.stop) {
      TRY_DO(controller.step(kStepPatience));
      if (context.clock.steady_ms() > until)
        return Error{.cause = Cause::failed,
                     .what = "is recorded, but what was offered could not be withdrawn: " + world.connection->trouble(),
                     .where = "rollout " + name,
                     .todo = "start the broker and give the order again"};
    }
    flush(world, context.clock);
  }
  TRY(const RolloutView view, records.store->view(name));
  context.print(view);
  return {};
}

}  // namespace mote::cli
