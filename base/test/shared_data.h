// Real recordings and golden outputs lie beside a checkout, in ../shared/data, and are not part of it.
#pragma once

#include "base/file_system.h"

namespace mote {

// ../shared/data/<name>, seen from this folder or one above it; empty where that is not: skip the test then.
inline Path shared_data(const Path& name) {
  for (Path base = std::filesystem::current_path(); base != base.parent_path(); base = base.parent_path())
    if (const Path found = base / "../shared/data" / name; std::filesystem::exists(found)) return found;
  return {};
}

}  // namespace mote
