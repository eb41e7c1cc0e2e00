// One controller at a time: a lock on a file, which the kernel gives back when its holder dies.
#pragma once

#include "base/file_system.h"
#include "ota/transport/relay/sockets.h"

namespace mote {

class ControllerLock {
 public:
  // Cause::failed when another process of this workspace has it.
  static Result<ControllerLock> take(const Path& workspace_folder);

 private:
  explicit ControllerLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace mote
