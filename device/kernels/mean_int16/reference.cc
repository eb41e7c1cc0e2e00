// Mean of int16, plainly: one result after the other.
#include "device/kernels/mean_int16/mean_int16.h"

namespace mote {

void mean_int16_reference(const Mean& mean, const int16_t* input, int16_t* output) {
  for (uint32_t at = 0; at < mean.view.results(); ++at) {
    const int16_t* first = input + mean.view.first(at);
    int32_t sum = 0;
    for (uint32_t i = 0; i < mean.view.count; ++i) sum += first[size_t{i} * mean.view.inner];
    output[at] = static_cast<int16_t>(clamp(requantize(sum, mean.multiplier, mean.shift, mean.rounding), INT16_MIN, INT16_MAX));
  }
}

}  // namespace mote
