// Mean, plainly: one channel after the other.
#include <stddef.h>

#include "device/kernels/mean/mean.h"

namespace mote {

void mean_reference(const Mean& mean, const int8_t* input, int8_t* output) {
  for (uint32_t channel = 0; channel < mean.channels; ++channel) {
    int32_t sum = 0;
    for (uint32_t place = 0; place < mean.places; ++place)
      sum += input[size_t{place} * mean.channels + channel] - mean.input_zero_point;
    const int32_t value = requantize(sum, mean.multiplier, mean.shift, mean.rounding) + mean.output_zero_point;
    output[channel] = static_cast<int8_t>(clamp(value, INT8_MIN, INT8_MAX));
  }
}

}  // namespace mote
