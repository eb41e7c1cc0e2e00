// Multiplication on Armv8.1-M with Helium.
#include "device/kernels/mul/mve.h"

#include "device/kernels/packed/mve_lanes.h"

namespace mote::armv8_1_m_mve {
namespace {

// Scales products whose factor is at most 1/2; how either rounding goes in so few steps is in mve_scale.h.
template <Rounding kRounding>
struct Ending {
  int32_t multiplier, shift, zero_point;
  Lanes low, high;

  Lanes apply(Lanes product) const {
    Lanes value = product;
    if (kRounding == Rounding::double_rounding) {
      value = multiply_high(value, multiplier);
      value = round_shift(plus(value, sign(value)), shift);
    } else {
      value = round_shift(upper_half(value, lanes_of(multiplier)), shift + 1);
    }
    return between(low, plus(value, zero_point), high);
  }
};

template <Rounding kRounding>
void run(const Mul& mul, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  const Ending<kRounding> ending = {mul.multiplier, mul.shift, mul.output_zero_point, lanes_of(mul.low), lanes_of(mul.high)};
  for (uint32_t i = count / kLanes; i > 0; --i, first += kLanes, second += kLanes, output += kLanes)
    store(output, ending.apply(times(plus(widen(first), -mul.first_zero_point), plus(widen(second), -mul.second_zero_point))));
  mul_reference(mul, first, second, count % kLanes, output);
}

}  // namespace

void mul(const Mul& mul, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  if (rounds_twice(mul.rounding) && mul.shift <= -1) return run<Rounding::double_rounding>(mul, first, second, count, output);
  if (!rounds_twice(mul.rounding) && mul.shift <= -2) return run<Rounding::single_rounding>(mul, first, second, count, output);
  mul_reference(mul, first, second, count, output);
}

}  // namespace mote::armv8_1_m_mve
