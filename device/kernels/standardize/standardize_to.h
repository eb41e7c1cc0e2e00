// Standardization, plainly, to int8 and to int16: one sample and channel after the other.
#pragma once

#include "device/kernels/activation.h"
#include "device/kernels/standardize/standardize.h"

namespace mote {

template <typename T>
static void standardize_to(const Standardize& standardize, const int16_t* input, T* output) {
  using To = Activation<T>;
  for (uint32_t sample = 0; sample < standardize.samples; ++sample) {
    for (uint32_t channel = 0; channel < standardize.channels; ++channel) {
      const int32_t difference = *input++ * kStandardizeUnit - standardize.offsets[channel];
      const int32_t scaled =
          requantize(difference, standardize.multipliers[channel], standardize.shifts[channel], standardize.rounding);
      *output++ = static_cast<T>(clamp(scaled + To::zero_point(standardize.zero_point), To::kLeast, To::kMost));
    }
  }
}

}  // namespace mote
