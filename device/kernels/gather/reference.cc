// Gathering, one slice after the other.
#include "device/kernels/gather/gather.h"

#include "device/kernels/move.h"

namespace mote {

void gather_reference(const Gather& gather, const uint8_t* input, uint8_t* output) {
  for (uint32_t o = 0; o < gather.outer; ++o) {
    for (uint32_t j = 0; j < gather.count; ++j) {
      copy_bytes(output, input + static_cast<size_t>(gather.indices[j]) * gather.inner, gather.inner);
      output += gather.inner;
    }
    input += gather.axis * gather.inner;
  }
}

}  // namespace mote
