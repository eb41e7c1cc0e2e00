// What a board must give: memory that is erased by sectors and programmed by units.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "mote/mote.h"

namespace mote {

// Offsets are from the start of the region that the board gives to mote (board.toml).
// Nothing is assumed of its first content. Programming a unit that is not erased is never asked for.
struct Flash {
  void* context;
  uint32_t bytes;
  uint32_t sector_bytes;   // smallest erasable piece, a power of two
  uint32_t program_bytes;  // smallest programmable piece: 1, 2, 4 ... 32; offsets and lengths of `program` are multiples of it
  uint8_t erased;          // what an erased byte reads as, 0xFF or 0x00
  const uint8_t* mapped;   // the region in the address space: models run from there

  void (*read)(void* context, uint32_t offset, void* to, uint32_t count);
  mote_status (*program)(void* context, uint32_t offset, const void* from, uint32_t count);  // MOTE_OK or MOTE_FLASH_FAILED
  mote_status (*erase)(void* context, uint32_t offset);                                      // one sector
};

}  // namespace mote
