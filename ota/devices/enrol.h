// A device enters and leaves the workspace: certificate, identity and row in the database together.
#pragma once

#include "base/clock.h"
#include "ota/devices/devices.h"
#include "ota/workspace.h"

namespace mote {

// Makes the device's transport key and certificate, its report key and its identity.bin (docs/spec/identity.md) in
// workspace.device(id), mode 0600, then registers the public report key. Makes the authority where there is none yet.
// Refuses an id that is or was in use, and a workspace without root.pub. Where it fails the device does not exist.
Result<EnrolledDevice> enrol_device(const std::string& id, const std::string& device_class, const std::string& cohort,
                                    const Workspace& workspace, FileSystem& files, const Clock& clock);

// Its certificate is revoked, the broker's rules give it nothing, its reports are no longer taken. The id stays used.
Result<EnrolledDevice> retire_device(const std::string& id, const Workspace& workspace, FileSystem& files, const Clock& clock);

// Opens the workspace's database with its table of devices. Refuses where there is no workspace.
Result<Database> open_devices(const Workspace& workspace, FileSystem& files);

}  // namespace mote
