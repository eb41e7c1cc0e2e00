// A disk in memory, which can be told to be full.
#pragma once

#include <algorithm>
#include <map>

#include "base/file_system.h"

namespace mote {

class MemoryFileSystem final : public FileSystem {
 public:
  std::map<Path, Bytes> files;
  bool full = false;

  Result<Bytes> read(const Path& path, size_t max_bytes) override {
    const auto found = files.find(path);
    if (found == files.end()) return problem(path, "cannot be opened: No such file or directory");
    if (found->second.size() > max_bytes) return problem(path, "is larger than is read here");
    return found->second;
  }
  Result<void> write(const Path& path, ByteView bytes, Access = Access::everyone) override {
    if (full) return problem(path, "cannot be written: No space left on device");
    files[path] = Bytes(bytes.begin(), bytes.end());
    return {};
  }
  bool exists(const Path& path) override { return files.contains(path) || !below(path).empty(); }
  Result<void> make_folder(const Path&, Access = Access::everyone) override { return {}; }
  Result<void> remove(const Path& path) override {
    files.erase(path);
    return {};
  }
  Result<std::vector<Path>> list(const Path& folder) override {
    std::vector<Path> entries = below(folder);
    for (const auto& [path, bytes] : files) {  // the folders of what lies deeper
      const Path parent = path.parent_path();
      if (parent.parent_path() == folder && parent != folder &&
          std::find(entries.begin(), entries.end(), parent) == entries.end())
        entries.push_back(parent);
    }
    std::sort(entries.begin(), entries.end());
    return entries;
  }

 private:
  static Error problem(const Path& path, const char* what) {
    return Error{.cause = Cause::failed, .what = what, .where = path.string(), .todo = ""};
  }
  std::vector<Path> below(const Path& folder) const {
    std::vector<Path> found;
    for (const auto& [path, bytes] : files)
      if (path.parent_path() == folder) found.push_back(path);
    return found;
  }
};

}  // namespace mote
