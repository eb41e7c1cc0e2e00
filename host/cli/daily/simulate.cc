// mote simulate: enrolled devices in this process, each on a machine of the synthetic data.
#include <algorithm>
#include <thread>

#include "host/cli/commands.h"
#include "host/simulate/enrolled.h"
#include "host/simulate/fleet.h"
#include "ota/devices/devices.h"
#include "ota/rollout/canaries.h"
#include "ota/workspace_lock.h"

namespace mote::cli {
namespace {

struct SimulateOptions {
  std::string devices = "all", drifting, drift = "offset", broker;
  uint64_t seed = 1, drift_at = 400;
  uint32_t window_ms = 100, first_machine = 100;
  double deviations = 0.5, seconds = 0;
  bool forget = false;
};

// "all", a number, or ids.
Result<std::vector<std::string>> choose(const std::string& option, const std::string& text,
                                        const std::vector<std::string>& from) {
  if (text == "all") return from;
  TRY(const CanaryChoice choice, parse_device_choice(text, option));
  const auto wrong = [&](const std::string& what) {
    return Error{.cause = Cause::usage, .what = what, .where = option, .todo = "see: mote device list"};
  };
  if (choice.count > from.size()) return wrong("asks for " + text + " of " + std::to_string(from.size()) + " devices");
  if (choice.ids.empty()) return std::vector<std::string>(from.begin(), from.begin() + choice.count);
  for (const std::string& id : choice.ids)
    if (std::find(from.begin(), from.end(), id) == from.end()) return wrong("names '" + id + "', which is none of the devices");
  return choice.ids;
}

// Says once that no device reaches the broker, and once that one does.
class Reach {
 public:
  void look(Context& context, const std::vector<DeviceStats>& devices) {
    if (++looks_ % kLooks != 0) return;
    const bool reached = std::any_of(devices.begin(), devices.end(), [](const DeviceStats& device) { return device.connected; });
    if (reached == reached_) return;
    reached_ = reached;
    context.log(reached ? "connected" : "no device reaches the broker: is it running? (mote broker up)");
  }

 private:
  static constexpr int kLooks = 60;  // three seconds
  int looks_ = 0;
  bool reached_ = true;
};

Result<std::vector<std::string>> enrolled_ids(Context& context, const Workspace& workspace) {
  if (!context.files.exists(workspace.database()))
    return Error{
        .cause = Cause::failed, .what = "no device is enrolled", .where = ".mote", .todo = "see: mote device enrol --help"};
  TRY(Database database, Database::open(workspace.database()));
  Devices devices(database);
  TRY_DO(devices.prepare());
  TRY(const std::vector<EnrolledDevice> all, devices.list());
  std::vector<std::string> ids;
  for (const EnrolledDevice& device : all)
    if (!device.retired_ms) ids.push_back(device.id);
  if (ids.empty())
    return Error{
        .cause = Cause::failed, .what = "no device is enrolled", .where = ".mote", .todo = "see: mote device enrol --help"};
  return ids;
}

Result<void> simulate(Context& context, const SimulateOptions& options) {
  const Workspace workspace{".mote"};
  TRY(const std::vector<std::string> enrolled, enrolled_ids(context, workspace));
  TRY(const std::vector<std::string> chosen, choose("--devices", options.devices, enrolled));
  TRY(const std::vector<std::string> drifting,
      options.drifting.empty() ? std::vector<std::string>{} : choose("--drifting", options.drifting, chosen));
  TRY(const DriftKind kind, parse_drift_kind(options.drift));
  TRY(const BrokerAddress broker,
      options.broker.empty() ? running_broker(workspace, context.files) : parse_broker_address(options.broker));
  TRY(const WorkspaceLock lock,
      WorkspaceLock::take(workspace.folder, "simulate", "devices of this workspace are simulated already",
                          "give both sets to one command: --devices"));
  TRY(std::shared_ptr<Relay> relay, Relay::start(context.clock));

  SimulatedFleet fleet;
  for (const std::string& id : chosen) {
    TRY(SimulatedDeviceSetup setup, enrolled_setup(workspace, context.files, id, !options.forget));
    // A machine belongs to a device for good, whichever others are simulated beside it.
    const auto place = std::find(enrolled.begin(), enrolled.end(), id) - enrolled.begin();
    const bool drifts = std::find(drifting.begin(), drifting.end(), id) != drifting.end();
    const DriftPlan plan = {drifts ? kind : DriftKind::none, options.deviations, options.drift_at};
    setup.windows = vibration_source(options.seed, options.first_machine + static_cast<uint32_t>(place), plan);
    setup.window_period_ms = options.window_ms;
    TRY_DO(fleet.add(setup, enrolled_dial(workspace, context.files, broker, id, relay, context.clock), context.clock));
  }
  context.say(std::to_string(chosen.size()) + " devices at " + broker.host + ":" + std::to_string(broker.port) +
              (options.seconds > 0 ? "" : "; stop with Ctrl-C"));
  const int64_t end = context.clock.steady_ms() + static_cast<int64_t>(options.seconds * 1000);
  fleet.start();
  for (Reach reach; !context.stop && (options.seconds <= 0 || context.clock.steady_ms() < end);) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    reach.look(context, fleet.stats());
  }
  fleet.stop();
  context.print(FleetStats{fleet.stats()});
  return {};
}

}  // namespace

const Command daily_simulate = {
    .summary = "enrolled devices in this process, on machines of the synthetic data",
    .details =
        "The same agent as on a microcontroller, with flash in a file that keeps a device's model, journal and boots over\n"
        "restarts. Devices can be made to drift: --drifting says which, --drift how, --drift-at from which window on.\n"
        "Their windows are those of the generator, 128 samples of three axes: a model for other windows never ends its trial.\n"
        "Runs until it is stopped, then prints what each device has done.",
    .example = "mote simulate --devices 20 --drifting press-03 --drift gain --drift-at 400",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<SimulateOptions>();
      arguments.option("--devices", options->devices, "all, how many, or which: press-01,press-04");
      arguments.option("--seed", options->seed, "of the machines");
      arguments.option("--first-machine", options->first_machine, "number of the first device's machine");
      arguments.ranged("--window-ms", options->window_ms, 1u, 3'600'000u, "milliseconds from one window to the next");
      arguments.option("--drifting", options->drifting, "devices that drift: how many, or which");
      arguments.choice("--drift", options->drift, {"offset", "gain", "noise", "speed"}, "kind of drift");
      arguments.option("--drift-at", options->drift_at, "first window that drifts");
      arguments.ranged("--drift-by", options->deviations, -100.0, 100.0,
                       "in standard deviations of the healthy spread between windows");
      arguments.ranged("--for", options->seconds, 0.0, 1e9, "seconds to run; 0: until stopped");
      arguments.option("--broker", options->broker, "host:port; without it, the workspace's own");
      arguments.flag("--forget", options->forget, "flash in memory: every device is new");
      return [options](Context& context) { return simulate(context, *options); };
    }};

}  // namespace mote::cli
