// identity.bin and certificates out of the workspace.
#include "host/simulate/enrolled.h"

#include "device/port/identity.h"

namespace mote {
Result<SimulatedDeviceSetup> enrolled_setup(const Workspace& workspace, FileSystem& files, const std::string& id,
                                            bool keep_flash) {
  const Path folder = workspace.device(id);
  const Path path = folder / "identity.bin";
  if (!files.exists(path))
    return Error{
        .cause = Cause::failed, .what = "is not enrolled here", .where = "device " + id, .todo = "mote device enrol " + id};
  SimulatedDeviceSetup setup;
  TRY(setup.identity, files.read(path, kMaxIdentityBytes));
  if (keep_flash) setup.flash_file = folder / "flash.bin";
  return setup;
}

Dial enrolled_dial(const Workspace& workspace, FileSystem& files, const BrokerAddress& broker, const std::string& id,
                   std::shared_ptr<Relay> relay, const Clock& clock) {
  return [=, &files, &clock](uint32_t boot) -> Result<std::unique_ptr<Connection>> {
    TRY(Endpoint endpoint, device_endpoint(workspace, files, broker, id, boot));
    TRY(std::unique_ptr<MqttConnection> connection, MqttConnection::open(std::move(endpoint), relay, clock));
    return std::unique_ptr<Connection>(std::move(connection));
  };
}

}  // namespace mote
