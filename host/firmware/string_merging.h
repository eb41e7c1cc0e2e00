// How a linker merges the texts of a program: each stands once, and one that another ends with not at all.
#pragma once

#include <vector>

#include "host/firmware/object_file.h"

namespace mote {

// What is left of each of `sections`, which are given in their order in the program, as GNU ld merges them: sections of one
// alignment among themselves, a text stays in the first section that holds it. Other sections, and damaged ones, stay as they
// are.
std::vector<uint32_t> bytes_after_merging(const std::vector<const ObjectSection*>& sections);

}  // namespace mote
