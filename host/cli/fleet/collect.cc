// mote fleet collect: receive the fleet's reports until told to stop.
#include "host/cli/fleet/world.h"
#include "host/fleet/collector.h"
#include "ota/transport/mqtt.h"
#include "ota/trust/ceremony.h"
#include "ota/workspace_lock.h"

namespace mote::cli {
namespace {

constexpr auto kCollectPatience = std::chrono::milliseconds(100);

struct FleetCollectOptions {
  std::string broker;
};

Result<void> collect(Context& context, const FleetCollectOptions& options) {
  const Workspace workspace = fleet_workspace();
  TRY(FleetRecords records, open_fleet(context));
  TRY(const WorkspaceLock lock,
      WorkspaceLock::take(workspace.folder, "collector", "a collector of this workspace runs already", "one is enough"));
  TRY(const BrokerAddress address,
      options.broker.empty() ? running_broker(workspace, context.files) : parse_broker_address(options.broker));
  TRY(Endpoint endpoint, host_endpoint(workspace, context.files, address, HostProgram::collector));
  TRY(std::shared_ptr<Relay> relay, Relay::start(context.clock));
  TRY(std::unique_ptr<MqttConnection> connection, MqttConnection::open(std::move(endpoint), relay, context.clock));

  fleet::Collector collector(*records.store, *records.devices, *connection, context.clock);
  collector.tell = [&context](const std::string& line) { context.log(line); };
  RootCourier roots(*connection, context.clock, [&context, workspace] { return all_roots(context.files, workspace); });
  collector.roots = &roots;
  TRY_DO(collector.begin());
  std::string trouble;
  while (!context.stop) {
    TRY_DO(collector.step(kCollectPatience));
    if (const std::string now = connection->trouble(); now != trouble) {
      trouble = now;
      context.log(trouble.empty() ? "connected" : "no broker at present: " + trouble);
    }
  }
  context.print(collector.collected());
  return {};
}

}  // namespace

const Command fleet_collect = {
    .summary = "receive the fleet's reports until stopped",
    .details =
        "Checks each report's signature, stores it, and only then acknowledges it; a report that comes again is\n"
        "acknowledged again and counted once. Hands newer roots to devices that need them. Ends on SIGINT or SIGTERM and says what came. One collector per workspace.",
    .example = "mote fleet collect",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<FleetCollectOptions>();
      arguments.option("--broker", options->broker, "host:port; the workspace's own broker when left out");
      return [options](Context& context) { return collect(context, *options); };
    }};

}  // namespace mote::cli
