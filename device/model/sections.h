// The outside of a .mote file: its header and its section table.
#pragma once

#include <stddef.h>

#include "device/model/container.h"
#include "device/model/verdict.h"

namespace mote {

// Small firmware without an agent skips labels and baseline, as it would sections that it does not know.
#ifdef MOTE_NO_REPORTS
constexpr bool kReadsReports = false;
#else
constexpr bool kReadsReports = true;
#endif

struct Section {
  const uint8_t* data = nullptr;  // 16-byte aligned; null when the file has no such section
  uint32_t bytes = 0;
};

// Rules M1 to M7. `bytes` is not read past `count`.
Verdict check_container(const uint8_t* bytes, size_t count);

// A section that this version reads, in a file that check_container has found good. Reserved ids and later versions give null.
Section find_section(const uint8_t* file, SectionType type);

}  // namespace mote
