// mote gateway: connect devices on serial links to the broker.
#include "ota/gateway/gateway.h"

#include <map>

#include "host/cli/commands.h"

namespace mote::cli {
namespace {

constexpr auto kGatewayPatience = std::chrono::milliseconds(100);

struct GatewayOptions {
  std::vector<std::string> links;
  int baud = 115200;
  std::string broker;
  Path dir = ".mote";
};

std::string describe(const LinkStatus& link) {
  const std::string name = link.device.empty() ? "nobody" : link.device;
  if (!link.trouble.empty()) return link.link.string() + ": " + name + "; " + link.trouble;
  return link.link.string() + ": " + name + (link.connected ? ", connected" : ", waiting");
}

Result<void> run(Context& context, const GatewayOptions& options) {
  const Workspace workspace{options.dir};
  TRY(const BrokerAddress broker,
      options.broker.empty() ? running_broker(workspace, context.files) : parse_broker_address(options.broker));
  TRY(const std::shared_ptr<Relay> relay, Relay::start(context.clock));
  Gateway gateway(
      {options.links.begin(), options.links.end()}, options.baud,
      connect_over_mqtt(workspace, context.files, broker, relay, context.clock),
      [&](const std::string& device, const std::string& line) { context.log(device + " says: " + line); }, context.clock);
  std::map<Path, std::string> said;
  while (!context.stop) {
    gateway.poll(kGatewayPatience);
    for (const LinkStatus& link : gateway.status()) {
      std::string line = describe(link);
      if (said[link.link] == line) continue;
      context.log(line);
      said[link.link] = std::move(line);
    }
  }
  context.print(gateway.status());
  return {};
}

}  // namespace

const Command daily_gateway = {
    .summary = "connect devices on serial links to the broker",
    .details =
        "For each device it holds a connection with that device's certificate from the workspace, and carries what is signed\n"
        "as it is. Report keys never leave the devices: a gateway can be silent for them, and cannot speak for them.\n"
        "Links that close are opened again. Runs until Ctrl-C.",
    .example = "mote gateway --serial /dev/ttyACM0 --serial /run/board.sock",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<GatewayOptions>();
      arguments.required("--serial", options->links, "a serial port, or the socket of an emulator; may be repeated");
      arguments.option("--baud", options->baud, "of serial ports");
      arguments.option("--broker", options->broker, "HOST:PORT; by default the one that `mote broker up` runs");
      arguments.option("--dir", options->dir, "the workspace");
      return [options](Context& context) { return run(context, *options); };
    }};

}  // namespace mote::cli
