// Standardization, plainly: one sample and channel after the other.
#include "device/kernels/standardize/standardize.h"

namespace mote {

void standardize_reference(const Standardize& standardize, const int16_t* input, int8_t* output) {
  for (uint32_t sample = 0; sample < standardize.samples; ++sample) {
    for (uint32_t channel = 0; channel < standardize.channels; ++channel) {
      const int32_t difference = *input++ * kStandardizeUnit - standardize.offsets[channel];
      const int32_t scaled =
          requantize(difference, standardize.multipliers[channel], standardize.shifts[channel], standardize.rounding);
      *output++ = static_cast<int8_t>(clamp(scaled + standardize.zero_point, INT8_MIN, INT8_MAX));
    }
  }
}

}  // namespace mote
