// Differences squared, one element after the other.
#include "device/kernels/squared_difference/squared_difference.h"

namespace mote {
namespace {

int32_t scaled(int32_t distance, Factor factor, Rounding rounding) {
  return requantize(distance * (1 << kSquaredDifferenceLeftShift), factor.multiplier, factor.shift, rounding);
}

}  // namespace

void squared_difference_reference(const Add& pair, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  for (uint32_t i = 0; i < count; ++i) {
    const int32_t difference = scaled(first[i] - pair.first_zero_point, pair.first, pair.rounding) -
                               scaled(second[i] - pair.second_zero_point, pair.second, pair.rounding);
    const int32_t value =
        requantize(difference * difference, pair.sum.multiplier, pair.sum.shift, pair.rounding) + pair.output_zero_point;
    output[i] = static_cast<int8_t>(clamp(value, pair.low, pair.high));
  }
}

}  // namespace mote
