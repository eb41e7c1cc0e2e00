// Dequantization, one element after the other.
#include "device/kernels/dequantize/dequantize.h"

namespace mote {

void dequantize_reference(const Dequantize& dequantize, const int8_t* input, float* output) {
  for (uint32_t i = 0; i < dequantize.count; ++i)
    output[i] = dequantize.scale * static_cast<float>(input[i] - dequantize.zero_point);
}

}  // namespace mote
