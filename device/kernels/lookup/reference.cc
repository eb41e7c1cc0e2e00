// Looking up, one element after the other.
#include "device/kernels/lookup/lookup.h"

namespace mote {

void lookup_reference(const int8_t* table, const int8_t* input, uint32_t count, int8_t* output) {
  const int8_t* middle = table + 128;
  for (uint32_t i = 0; i < count; ++i) output[i] = middle[input[i]];
}

}  // namespace mote
