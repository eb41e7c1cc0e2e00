// mote device list: who belongs to the workspace.
#include "host/cli/commands.h"
#include "ota/devices/enrol.h"
#include "ota/devices/print.h"

namespace mote::cli {
namespace {

Result<void> list(Context& context, const Path& dir) {
  TRY(Database database, open_devices(Workspace{dir}, context.files));
  TRY(const std::vector<EnrolledDevice> devices, Devices(database).list());
  context.print(devices);
  return {};
}

}  // namespace

const Command device_list = {.summary = "list the devices of the workspace",
                             .details = "Retired devices are listed too, with the day they were retired.",
                             .example = "mote device list --json",
                             .declare = [](Arguments& arguments) -> Action {
                               auto dir = std::make_shared<Path>(".mote");
                               arguments.option("--dir", *dir, "the workspace");
                               return [dir](Context& context) { return list(context, *dir); };
                             }};

}  // namespace mote::cli
