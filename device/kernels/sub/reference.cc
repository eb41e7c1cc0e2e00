// Subtraction, one element after the other.
#include "device/kernels/sub/sub.h"

namespace mote {
namespace {

int32_t scaled(int32_t distance, Factor factor, Rounding rounding) {
  return requantize(distance * (1 << kAddLeftShift), factor.multiplier, factor.shift, rounding);
}

}  // namespace

void sub_reference(const Add& sub, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  for (uint32_t i = 0; i < count; ++i) {
    const int32_t difference = scaled(first[i] - sub.first_zero_point, sub.first, sub.rounding) -
                               scaled(second[i] - sub.second_zero_point, sub.second, sub.rounding);
    const int32_t value = requantize(difference, sub.sum.multiplier, sub.sum.shift, sub.rounding) + sub.output_zero_point;
    output[i] = static_cast<int8_t>(clamp(value, sub.low, sub.high));
  }
}

}  // namespace mote
