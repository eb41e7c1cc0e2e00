// One program of a kind per workspace: a lock on a file, which the kernel gives back when its holder dies.
#pragma once

#include <string>

#include "base/file_system.h"
#include "ota/transport/relay/sockets.h"

namespace mote {

class WorkspaceLock {
 public:
  // On <workspace>/<role>.lock. Cause::failed, with `held` and `todo`, when another process has it.
  static Result<WorkspaceLock> take(const Path& workspace_folder, const std::string& role, const std::string& held,
                                    const std::string& todo);

 private:
  explicit WorkspaceLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

}  // namespace mote
