// Reads any bytes as recordings, the way a fuzzer asks for it: must end, and must not fail otherwise than by an error.
#pragma once

#include "base/test/memory_file_system.h"
#include "host/data/source.h"
#include "host/data/test/hapt_folder.h"

namespace mote {

inline DataConfig two_channel_map() {
  DataConfig config;
  config.reader = Reader::csv;
  config.window = 4;
  config.hop = 2;
  config.csv.channels = {{"x", "ax", "g", 0.001}, {"y", "ay", "g", 0.001}};
  config.csv.label = "what";
  config.csv.group = {"who"};
  return config;
}

inline void read_any_csv(ByteView bytes) {
  MemoryFileSystem files;
  files.files["any.csv"] = Bytes(bytes.begin(), bytes.end());
  DataConfig config = two_channel_map();
  for (const bool header : {true, false}) {
    config.csv.header = header;
    const Checked checked = check(files, config, "any.csv", 5);
    if (checked.dataset && checked.dataset->samples.size() != checked.dataset->count() * checked.dataset->window_values())
      std::abort();
    if (!checked.dataset && checked.problems.empty()) std::abort();
  }
}

inline void read_any_hapt(const char* name, ByteView bytes) {
  MemoryFileSystem files;
  make_hapt_folder(files);
  files.files[Path("hapt") / name] = Bytes(bytes.begin(), bytes.end());
  DataConfig config;
  config.window = 8;
  config.hop = 4;
  const Checked checked = check(files, config, "hapt", 5);
  if (!checked.dataset && checked.problems.empty()) std::abort();
}

}  // namespace mote
