// Addition on int16, one element after the other.
#include "device/kernels/add_int16/add_int16.h"

namespace mote {
namespace {

int32_t scaled(int32_t value, Factor factor, Rounding rounding) {
  return requantize(value * (1 << kAddInt16LeftShift), factor.multiplier, factor.shift, rounding);
}

}  // namespace

void add_int16_reference(const Add& add, const int16_t* first, const int16_t* second, uint32_t period, uint32_t count,
                         int16_t* output) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const int32_t sum = scaled(first[i], add.first, add.rounding) + scaled(second[at], add.second, add.rounding);
    const int32_t value = requantize(sum, add.sum.multiplier, add.sum.shift, add.rounding);
    output[i] = static_cast<int16_t>(clamp(value, add.low, add.high));
    if (++at == period) at = 0;
  }
}

}  // namespace mote
