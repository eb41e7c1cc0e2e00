// Multiplication, one element after the other.
#include "device/kernels/mul/mul.h"

namespace mote {

void mul_reference(const Mul& mul, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  for (uint32_t i = 0; i < count; ++i) {
    const int32_t product = (first[i] - mul.first_zero_point) * (second[i] - mul.second_zero_point);
    const int32_t value = requantize(product, mul.multiplier, mul.shift, mul.rounding) + mul.output_zero_point;
    output[i] = static_cast<int8_t>(clamp(value, mul.low, mul.high));
  }
}

}  // namespace mote
