// What a compiler hands to the linker: sections, symbols, and which section needs which symbol (System V ABI, chapter 4).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

struct ObjectSymbol {
  std::string name;
  uint32_t section = 0;  // in ObjectFile::sections; 0: defined elsewhere, or no place at all
  uint32_t bytes = 0;
  bool local = true;
  bool weak = false;
};

// A place in a section that the linker fills with an address.
struct Relocation {
  uint32_t offset = 0;
  uint32_t symbol = 0;  // in ObjectFile::symbols
  uint8_t type = 0;
};

struct ObjectSection {
  std::string name;
  ByteView content;  // of the file that was read, which must outlive this
  uint32_t bytes = 0;
  uint32_t alignment = 1;    // a power of two
  uint32_t entry_bytes = 0;  // of a character, where merged_strings
  bool in_memory = false;    // of the program; others are for tools
  bool merged_strings = false;
  std::vector<Relocation> relocations;
};

struct ObjectFile {
  std::string name;
  uint16_t machine = 0;
  std::vector<ObjectSection> sections;
  std::vector<ObjectSymbol> symbols;
};

// Refuses what is no relocatable 32-bit little-endian ELF file, or leads out of itself.
Result<ObjectFile> read_object(ByteView file, const std::string& where);

// The objects of a static library, in its order. It must be a plain `ar` archive, not a thin one.
Result<std::vector<ObjectFile>> read_archive(ByteView file, const std::string& where);

}  // namespace mote
