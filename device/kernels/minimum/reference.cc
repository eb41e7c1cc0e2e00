// The smaller of two, one element after the other.
#include "device/kernels/minimum/minimum.h"

namespace mote {

void minimum_reference(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  for (uint32_t i = 0; i < count; ++i) output[i] = first[i] < second[i] ? first[i] : second[i];
}

}  // namespace mote
