// The newest rows of a sequence, as many as there is room for.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

namespace mote {

struct RowRing {
  uint8_t* base;
  uint32_t rows, row_bytes;
  uint32_t next;  // where the next row will stand: over the oldest one

  uint8_t* at(uint32_t row) const { return base + size_t{row} * row_bytes; }
};

// Counts in a row that stands at `next` already.
inline void ring_advance(RowRing* ring) { ring->next = ring->next + 1 == ring->rows ? 0 : ring->next + 1; }

inline void ring_put(RowRing* ring, const void* from, size_t count) {
  const auto* bytes = static_cast<const uint8_t*>(from);
  while (count != 0) {
    const size_t room = ring->rows - ring->next, part = count < room ? count : room;
    memcpy(ring->at(ring->next), bytes, part * ring->row_bytes);
    ring->next = part == room ? 0 : ring->next + static_cast<uint32_t>(part);
    bytes += part * ring->row_bytes;
    count -= part;
  }
}

// All rows, the oldest first. REQUIRES that as many were put.
inline void ring_copy(const RowRing& ring, void* to) {
  const size_t older = size_t{ring.rows - ring.next} * ring.row_bytes;
  memcpy(to, ring.at(ring.next), older);
  memcpy(static_cast<uint8_t*>(to) + older, ring.base, size_t{ring.next} * ring.row_bytes);
}

}  // namespace mote
