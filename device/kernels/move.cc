// Filling, four words at a time.
#include "device/kernels/move.h"

#include <string.h>

namespace mote {

void fill_words(void* to, uint32_t word, size_t count) {
  auto* target = static_cast<uint8_t*>(to);
  for (; count >= 16; count -= 16, target += 16)
    for (uint32_t i = 0; i < 16; i += 4) memcpy(target + i, &word, 4);
  for (; count >= 4; count -= 4, target += 4) memcpy(target, &word, 4);
  memcpy(target, &word, count);
}

}  // namespace mote
