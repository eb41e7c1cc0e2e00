// mote broker up: run a broker of the workspace's own until it is told to stop.
#include <thread>

#include "host/cli/commands.h"
#include "ota/broker/broker.h"

namespace mote::cli {
namespace {

constexpr auto kLookEvery = std::chrono::milliseconds(100);
constexpr int kReloadEvery = 10;  // looks

struct BrokerUpOptions {
  int port = 8883;
  Path dir = ".mote";
};

Result<void> up(Context& context, const BrokerUpOptions& options) {
  TRY(BrokerProcess broker,
      BrokerProcess::up(Workspace{options.dir}, context.files, context.clock, {.port = static_cast<uint16_t>(options.port)}));
  context.print(broker.address());
  context.log("running; Ctrl-C stops it; its log is " + broker.log().string());
  for (int look = 0; !context.stop; ++look) {
    std::this_thread::sleep_for(kLookEvery);
    if (!broker.running())
      return Error{
          .cause = Cause::failed, .what = "mosquitto ended: " + broker.last_words(), .where = broker.log().string(), .todo = ""};
    if (look % kReloadEvery == 0) TRY_DO(broker.reload_when_changed());
  }
  return {};
}

}  // namespace

const Command broker_up = {
    .summary = "run a broker on this machine for the devices of the workspace",
    .details =
        "A mosquitto on 127.0.0.1 with TLS, which knows only certificates of the workspace's own authority and keeps every\n"
        "device to its own topics. The first start makes the authority and the certificates of the host's programs.\n"
        "Runs until Ctrl-C, and ends with this command however that ends. Other commands find it by themselves.",
    .example = "mote broker up --port 8883",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<BrokerUpOptions>();
      arguments.ranged("--port", options->port, 0, 65535, "0 takes any that is free");
      arguments.option("--dir", options->dir, "the workspace");
      return [options](Context& context) { return up(context, *options); };
    }};

}  // namespace mote::cli
