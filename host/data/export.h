// The synthetic machines as CSV files with the map that reads them back.
#pragma once

#include "base/file_system.h"
#include "base/json_fwd.h"
#include "host/data/vibration.h"

namespace mote {

struct Exported {
  Path folder, map;
  uint32_t files = 0;
  uint64_t rows = 0;
};

// One file per machine and mote.toml, whose [data] table makes read_csv give make_dataset(plan) again, byte for byte.
Result<Exported> export_vibration(FileSystem& files, const vibration::Plan& plan, const Path& folder);

Json to_json(const Exported& exported);
std::string to_text(const Exported& exported);

}  // namespace mote
