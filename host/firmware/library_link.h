// What GNU ld keeps of a static library in a program that is linked with --gc-sections, and what that takes.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "host/firmware/object_file.h"

namespace mote {

struct LibraryUse {
  std::vector<std::string> roots;  // the functions of the library that the rest of the program calls
  uint32_t start = 0;              // where in memory it begins, which alignment depends on
  // A section may be thought smaller than it was compiled: without what it needs through some of its relocations, in so many
  // bytes.
  std::function<bool(const ObjectSection&, const Relocation&)> follows;
  std::function<uint32_t(const ObjectSection&)> bytes_of;
};

struct KeptSection {
  const ObjectSection* section = nullptr;
  uint32_t bytes = 0;  // after merging
};

struct LibraryPart {
  std::vector<KeptSection> sections;  // code and constants, in their order in memory
  uint64_t bytes = 0;                 // with what alignment takes between them
  std::set<std::string> outside;      // needed symbols that the library lacks: of the C library
};

// Points into `library`.
LibraryPart link_library(const std::vector<ObjectFile>& library, const LibraryUse& use);

}  // namespace mote
