// A folder for files that pass between this program and another.
#pragma once

#include <stdlib.h>

#include <utility>

#include "base/file_system.h"

namespace mote {

// A folder that only we can enter, gone with this object.
class PrivateFolder {
 public:
  static Result<PrivateFolder> make() {
    std::error_code failure;
    std::string pattern = (std::filesystem::temp_directory_path(failure) / "mote-board-XXXXXX").string();
    if (failure || ::mkdtemp(pattern.data()) == nullptr)
      return Error{.cause = Cause::failed,
                   .what = "a private folder cannot be made there",
                   .where = pattern,
                   .todo = "point TMPDIR at a folder that can be written"};
    return PrivateFolder(pattern);
  }
  PrivateFolder(PrivateFolder&& other) noexcept : path_(std::exchange(other.path_, Path())) {}
  PrivateFolder& operator=(PrivateFolder&&) = delete;
  ~PrivateFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const Path& path() const { return path_; }

 private:
  explicit PrivateFolder(Path path) : path_(std::move(path)) {}
  Path path_;
};

}  // namespace mote
