// Quantization, one element after the other, without the C library's mathematics.
#include "device/kernels/quantize/quantize.h"
#include "device/kernels/requantize.h"

namespace mote {
namespace {

constexpr float kFar = 512;  // steps from 0: further than any zero point brings back

// Halves away from zero. What is cut off is exact for so small a number.
int32_t rounded(float steps) {
  const auto whole = static_cast<int32_t>(steps);
  const float rest = steps - static_cast<float>(whole);
  return rest >= 0.5f ? whole + 1 : rest <= -0.5f ? whole - 1 : whole;
}

}  // namespace

void quantize_reference(const Quantize& quantize, const float* input, int8_t* output) {
  for (uint32_t i = 0; i < quantize.count; ++i) {
    const float steps = input[i] / quantize.scale;
    int32_t value = INT8_MIN;
    if (steps >= kFar)
      value = INT8_MAX;
    else if (steps > -kFar)
      value = clamp(rounded(steps) + quantize.zero_point, INT8_MIN, INT8_MAX);
    output[i] = static_cast<int8_t>(value);
  }
}

}  // namespace mote
