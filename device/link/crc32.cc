// CRC-32 by half bytes: a table of 64 bytes instead of 1024, at half the speed.
#include "device/link/crc32.h"

namespace mote {
namespace {

// Entry i is the remainder of i, after four steps of the shift register.
constexpr uint32_t kRemainders[16] = {0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
                                      0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
                                      0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c};

}  // namespace

uint32_t crc32(const void* bytes, size_t count, uint32_t seed) {
  const uint8_t* from = static_cast<const uint8_t*>(bytes);
  uint32_t crc = ~seed;
  for (size_t i = 0; i < count; ++i) {
    crc ^= from[i];
    crc = crc >> 4 ^ kRemainders[crc & 15];
    crc = crc >> 4 ^ kRemainders[crc & 15];
  }
  return ~crc;
}

}  // namespace mote
