// flock on <workspace>/<role>.lock.
#include "ota/workspace_lock.h"

#include <fcntl.h>
#include <sys/file.h>

namespace mote {

Result<WorkspaceLock> WorkspaceLock::take(const Path& workspace_folder, const std::string& role, const std::string& held,
                                          const std::string& todo) {
  const Path path = workspace_folder / (role + ".lock");
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.open()) return Error{.cause = Cause::failed, .what = "cannot be opened", .where = path.string(), .todo = ""};
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return WorkspaceLock(std::move(file));
  return Error{.cause = Cause::failed, .what = held, .where = workspace_folder.string(), .todo = todo};
}

}  // namespace mote
