// Addition, one element after the other.
#include "device/kernels/add/add.h"

namespace mote {
namespace {

int32_t scaled(int32_t distance, Factor factor, Rounding rounding) {
  return requantize(distance * (1 << kAddLeftShift), factor.multiplier, factor.shift, rounding);
}

}  // namespace

void add_reference(const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  for (uint32_t i = 0; i < count; ++i) {
    const int32_t sum = scaled(first[i] - add.first_zero_point, add.first, add.rounding) +
                        scaled(second[i] - add.second_zero_point, add.second, add.rounding);
    const int32_t value = requantize(sum, add.sum.multiplier, add.sum.shift, add.rounding) + add.output_zero_point;
    output[i] = static_cast<int8_t>(clamp(value, add.low, add.high));
  }
}

}  // namespace mote
