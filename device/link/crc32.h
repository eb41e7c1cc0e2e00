// CRC-32 of IEEE 802.3 (reflected polynomial 0xEDB88320), the same values as zlib's.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {

// `seed` is the value over the bytes before these: crc32(b, nb, crc32(a, na)) is the CRC of a and then b.
uint32_t crc32(const void* bytes, size_t count, uint32_t seed = 0);

}  // namespace mote
