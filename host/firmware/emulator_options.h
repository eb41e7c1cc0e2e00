// Pieces of the emulator's command line.
#pragma once

#include <filesystem>
#include <string>

#include "host/firmware/board.h"

namespace mote {

// A value within an option, where a comma would end it.
inline std::string quoted(const Path& path) {
  std::string text;
  for (const char c : std::filesystem::absolute(path).string()) text += c == ',' ? std::string(",,") : std::string(1, c);
  return text;
}

// For -device: the file's bytes at the start of `area`, at every reset.
inline std::string put_at(const Area& area, const Path& file) {
  return "loader,force-raw=on,addr=" + std::to_string(area.origin) + ",file=" + quoted(file);
}

}  // namespace mote
