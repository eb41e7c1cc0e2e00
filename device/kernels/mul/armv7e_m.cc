// Multiplication with the 32 by 32 bit multiplications of Armv7-M.
#include "device/kernels/mul/armv7e_m.h"

#include "device/kernels/packed/armv7e_m/requantize.h"
#include "device/kernels/packed/armv7e_m/scale.h"

namespace mote {
namespace {

constexpr int32_t kMostShift = 22;

template <Rounding kRounding>
void run(const Mul& mul, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  const armv7e_m::Scale scale(mul.multiplier, mul.shift, mul.output_zero_point);
  const int32_t twice_zero_point = 2 * mul.first_zero_point, zero_point = mul.second_zero_point;
  for (const int8_t* const end = first + count; first != end;) {
    const int32_t twice = (*first++ * 2 - twice_zero_point) * (*second++ - zero_point);
    *output++ = static_cast<int8_t>(simd32::ssat8(scale.apply<kRounding>(twice)));
  }
}

}  // namespace

void mul_armv7e_m(const Mul& mul, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  if (!armv7e_m::shifts_right(mul.multiplier, mul.shift, kMostShift)) return mul_reference(mul, first, second, count, output);
  if (rounds_twice(mul.rounding))
    run<Rounding::double_rounding>(mul, first, second, count, output);
  else
    run<Rounding::single_rounding>(mul, first, second, count, output);
  armv7e_m::clamp_outputs(output, count, {mul.low, mul.high, mul.rounding});
}

}  // namespace mote
