// PReLU, one element after the other.
#include "device/kernels/prelu/prelu.h"

namespace mote {

void prelu_reference(const Prelu& prelu, const int8_t* input, const int8_t* slopes, int8_t* output) {
  for (uint32_t i = 0, slope = 0; i < prelu.count; ++i) {
    const int32_t distance = input[i] - prelu.input_zero_point;
    const int32_t scaled = distance >= 0 ? requantize(distance, prelu.positive_multiplier, prelu.positive_shift, prelu.rounding)
                                         : requantize(distance * (slopes[slope] - prelu.slope_zero_point),
                                                      prelu.negative_multiplier, prelu.negative_shift, prelu.rounding);
    output[i] = static_cast<int8_t>(clamp(scaled + prelu.output_zero_point, INT8_MIN, INT8_MAX));
    slope = slope + 1 == prelu.slope_count ? 0 : slope + 1;
  }
}

}  // namespace mote
