// Standardization to int16, plainly: one sample and channel after the other.
#include "device/kernels/standardize_int16/standardize_int16.h"

namespace mote {

void standardize_int16_reference(const Standardize& standardize, const int16_t* input, int16_t* output) {
  for (uint32_t sample = 0; sample < standardize.samples; ++sample) {
    for (uint32_t channel = 0; channel < standardize.channels; ++channel) {
      const int32_t difference = *input++ * kStandardizeUnit - standardize.offsets[channel];
      const int32_t scaled =
          requantize(difference, standardize.multipliers[channel], standardize.shifts[channel], standardize.rounding);
      *output++ = static_cast<int16_t>(clamp(scaled, INT16_MIN, INT16_MAX));
    }
  }
}

}  // namespace mote
