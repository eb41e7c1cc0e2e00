// The symbols of a linked program, and what of it is loaded where: 32-bit little-endian ELF (System V ABI, chapters 4 and 5).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

struct Symbol {
  uint32_t address = 0;
  uint32_t bytes = 0;
};

// By name; of two with one name the last. Refuses what is no such file or leads out of itself.
Result<std::map<std::string, Symbol>> read_symbols(ByteView file, const std::string& where);

// Bytes at the address where they are stored, which for initialized variables is not where they are used.
struct LoadedPart {
  uint32_t address = 0;
  ByteView bytes;  // of the file
};

// In the file's order. Refuses the same.
Result<std::vector<LoadedPart>> read_loaded_parts(ByteView file, const std::string& where);

}  // namespace mote
