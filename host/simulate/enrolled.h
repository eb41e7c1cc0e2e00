// Simulated devices that are enrolled in a workspace: their identity, their certificate and a flash that outlives the process.
#pragma once

#include "host/simulate/device.h"
#include "ota/transport/mqtt.h"

namespace mote {

// With the identity of workspace.device(id) and, where `keep_flash`, its flash in flash.bin beside it. What the device feels is
// still to be said.
Result<SimulatedDeviceSetup> enrolled_setup(const Workspace& workspace, FileSystem& files, const std::string& id,
                                            bool keep_flash);

// Connects over TLS as that device, with its will. `files`, `relay` and `clock` outlive the device.
Dial enrolled_dial(const Workspace& workspace, FileSystem& files, const BrokerAddress& broker, const std::string& id,
                   std::shared_ptr<Relay> relay, const Clock& clock);

}  // namespace mote
