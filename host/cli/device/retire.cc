// mote device retire <id>: nothing that a device says is heard any more.
#include "host/cli/commands.h"
#include "ota/devices/enrol.h"
#include "ota/devices/print.h"

namespace mote::cli {
namespace {

struct DeviceRetireOptions {
  std::string id;
  Path dir = ".mote";
};

Result<void> retire(Context& context, const DeviceRetireOptions& options) {
  TRY(const EnrolledDevice device, retire_device(options.id, Workspace{options.dir}, context.files, context.clock));
  context.print(device);
  return {};
}

}  // namespace

const Command device_retire = {
    .summary = "shut a device out for good",
    .details =
        "Its certificate is revoked, a running broker takes nothing more from it within a second, and its id stays taken.\n"
        "The model on the device goes on running: nothing is sent to it.",
    .example = "mote device retire press-04",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<DeviceRetireOptions>();
      arguments.positional("id", options->id, "as `mote device list` shows it");
      arguments.option("--dir", options->dir, "the workspace");
      return [options](Context& context) { return retire(context, *options); };
    }};

}  // namespace mote::cli
