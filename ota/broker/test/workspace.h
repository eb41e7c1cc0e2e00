// A workspace for tests in a folder of its own, with keys and with as many devices as asked for; gone when it goes.
#pragma once

#include <stdlib.h>

#include <stdexcept>

#include "ota/devices/enrol.h"
#include "ota/trust/ceremony.h"

namespace mote {

// For the set-up of tests, where going on without the value makes no sense.
template <typename T>
T must(Result<T> result) {
  if (!result.ok()) throw std::runtime_error(result.error().line());
  return std::move(result).value();
}
inline void must(const Result<void>& result) {
  if (!result.ok()) throw std::runtime_error(result.error().line());
}

struct TestWorkspace {
  DiskFileSystem files;
  SystemClock clock;
  Path folder;
  Workspace workspace;

  TestWorkspace() {
    std::string name = (std::filesystem::temp_directory_path() / "mote-workspace-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder = name;
    workspace.folder = folder / ".mote";
    must(init_keys(files, workspace));
  }
  ~TestWorkspace() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  EnrolledDevice enrol(const std::string& id) { return must(enrol_device(id, "vibration", "", workspace, files, clock)); }
};

}  // namespace mote
