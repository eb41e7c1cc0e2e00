// What the programs that make seeds share: named bytes, and writing them into the folders of their targets.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "base/file_system.h"

namespace mote {

struct Seed {
  std::string name;
  Bytes bytes;
};

// Cause::failed for a seed without bytes: it could not be made.
inline Result<void> write_seeds(const Path& folder, const std::vector<Seed>& seeds) {
  DiskFileSystem files;
  for (const Seed& seed : seeds) {
    if (seed.bytes.empty())
      return Error{.cause = Cause::failed, .what = "cannot be made", .where = (folder / seed.name).string(), .todo = ""};
    TRY_DO(files.write(folder / seed.name, seed.bytes, Access::everyone));
  }
  return {};
}

// The whole of such a program, whose one argument is a folder.
inline int write_seeds_into(int count, char** words, Result<void> (*write_all)(const Path& folder)) {
  if (count != 2) return 2;
  const Result<void> written = write_all(words[1]);
  if (!written.ok()) std::fprintf(stderr, "%s\n", written.error().line().c_str());
  return written.ok() ? 0 : 1;
}

}  // namespace mote
