// mote device enrol <id>: make a device's keys and certificate, and take its reports from now on.
#include "ota/devices/enrol.h"

#include "host/cli/commands.h"
#include "ota/devices/print.h"

namespace mote::cli {
namespace {

struct DeviceEnrolOptions {
  std::string id;
  std::string device_class;
  std::string cohort;
  Path dir = ".mote";
};

Result<void> enrol(Context& context, const DeviceEnrolOptions& options) {
  const Workspace workspace{options.dir};
  TRY(const EnrolledDevice device,
      enrol_device(options.id, options.device_class, options.cohort, workspace, context.files, context.clock));
  context.print(device);
  context.say("its certificate, key and identity.bin are in " + workspace.device(device.id).string());
  return {};
}

}  // namespace

const Command device_enrol = {
    .summary = "make the keys and the certificate of a device",
    .details =
        "The report key is in identity.bin, together with the public keys that the device obeys: put that on the device.\n"
        "The certificate is for its connection to the broker; a device behind a gateway leaves it there.\n"
        "An id is given out once: a retired device's stays taken.",
    .example = "mote device enrol press-04 --class vibration --cohort hall-2",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<DeviceEnrolOptions>();
      arguments.positional("id", options->id, "1 to 31 of a-z, 0-9, '-' and '_'");
      arguments.required("--class", options->device_class, "the kind of device: a model names the class it is made for");
      arguments.option("--cohort", options->cohort, "a group of devices that rollouts may name");
      arguments.option("--dir", options->dir, "the workspace");
      return [options](Context& context) { return enrol(context, *options); };
    }};

}  // namespace mote::cli
