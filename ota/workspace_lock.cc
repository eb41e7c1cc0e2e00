// flock on <workspace>/controller.lock.
#include "ota/rollout/lock.h"

#include <fcntl.h>
#include <sys/file.h>

namespace mote {

Result<ControllerLock> ControllerLock::take(const Path& workspace_folder) {
  const Path path = workspace_folder / "controller.lock";
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.open()) return Error{.cause = Cause::failed, .what = "cannot be opened", .where = path.string(), .todo = ""};
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return ControllerLock(std::move(file));
  return Error{.cause = Cause::failed,
               .what = "another rollout of this workspace is being run",
               .where = workspace_folder.string(),
               .todo = "wait until it has ended, or pause it: mote rollout pause"};
}

}  // namespace mote
