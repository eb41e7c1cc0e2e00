// Mean, plainly: one result after the other.
#include "device/kernels/mean/mean.h"

namespace mote {

void mean_reference(const Mean& mean, const int8_t* input, int8_t* output) {
  for (uint32_t at = 0; at < mean.view.results(); ++at) {
    const int8_t* first = input + mean.view.first(at);
    int32_t sum = 0;
    for (uint32_t i = 0; i < mean.view.count; ++i) sum += first[size_t{i} * mean.view.inner] - mean.input_zero_point;
    const int32_t value = requantize(sum, mean.multiplier, mean.shift, mean.rounding) + mean.output_zero_point;
    output[at] = static_cast<int8_t>(clamp(value, INT8_MIN, INT8_MAX));
  }
}

}  // namespace mote
