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

// Whether these bytes read erased, this time.
inline bool reads_erased(const Flash& flash, uint32_t offset, uint32_t count) {
  while (count != 0) {
    uint8_t piece[32];
    const uint32_t taken = count < sizeof piece ? count : sizeof piece;
    flash.read(flash.context, offset, piece, taken);
    for (uint32_t i = 0; i < taken; ++i)
      if (piece[i] != flash.erased) return false;
    offset += taken;
    count -= taken;
  }
  return true;
}

// Whether they may be taken for erased. What the power cut off while it was written or erased leaves cells that read erased now
// and otherwise later, so one look is not enough.
inline bool is_erased(const Flash& flash, uint32_t offset, uint32_t count) {
  for (int look = 0; look < 8; ++look)
    if (!reads_erased(flash, offset, count)) return false;
  return true;
}

}  // namespace mote
