// mote device network <id>: what a device with a network of its own must know to reach the broker.
#include "ota/devices/network.h"

#include "host/cli/commands.h"
#include "ota/transport/endpoint.h"

namespace mote::cli {
namespace {

struct DeviceNetworkOptions {
  std::string id;
  std::string broker;
  std::string host_name = "localhost";
  std::string own;
  std::string router;
  Path dir = ".mote";
};

Result<void> write(Context& context, const DeviceNetworkOptions& options) {
  TRY(const BrokerAddress broker, parse_broker_address(options.broker));
  const NetworkPlace place{
      .broker = broker.host, .port = broker.port, .host_name = options.host_name, .own = options.own, .router = options.router};
  TRY(const Path path, write_network(Workspace{options.dir}, context.files, options.id, place));
  context.say("the device's settings of the network are in " + path.string() +
              "; its random numbers come from a seed in there, which is for boards under emulation only");
  return {};
}

}  // namespace

const Command device_network = {.summary = "write what a device with a network of its own must know",
                                .details =
                                    "network.bin holds the broker's place, the certificates, the device's key and a random seed: "
                                    "put it on the device, beside\n"
                                    "identity.bin. Each call makes a new seed.",
                                .example = "mote device network press-04 --broker 192.168.1.5:8883 --host-name localhost",
                                .declare = [](Arguments& arguments) -> Action {
                                  auto options = std::make_shared<DeviceNetworkOptions>();
                                  arguments.positional("id", options->id, "a device that is enrolled");
                                  arguments.required("--broker", options->broker, "the broker's IPv4 address and port");
                                  arguments.option("--host-name", options->host_name, "the name that its certificate must carry");
                                  arguments.option("--own", options->own,
                                                   "the device's own address, as 192.168.1.20/24; without, it asks DHCP");
                                  arguments.option("--router", options->router, "the router, with an own address");
                                  arguments.option("--dir", options->dir, "the workspace");
                                  return [options](Context& context) { return write(context, *options); };
                                }};

}  // namespace mote::cli
