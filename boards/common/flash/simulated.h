// Flash with a real part's rules in memory that survives a reset: erase by sectors, program whole erased units.
#pragma once

#include "device/port/flash.h"

namespace mote {

// Erased bytes read 0xFF. What breaks a rule (bounds, alignment, a unit that is not erased) answers MOTE_FLASH_FAILED and
// changes nothing.
struct SimulatedFlash {
  uint8_t* memory;  // holds `bytes`
  uint32_t bytes;
  uint32_t sector_bytes;
  uint32_t program_bytes;
};

// The port onto `simulated`, which must stay where it is.
Flash flash_of(SimulatedFlash* simulated);

}  // namespace mote
