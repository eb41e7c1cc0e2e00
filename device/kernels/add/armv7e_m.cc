// Addition with the 32 by 32 bit multiplications of Armv7E-M.
#include "device/kernels/add/armv7e_m.h"

#include "device/kernels/packed/armv7e_m/requantize.h"

namespace mote {
namespace {

using simd32::smmla;
using simd32::smmlar;

constexpr int32_t kMostScaledShift = 30, kMostSumShift = 22;

bool is_half(Factor factor) { return factor.multiplier == 1 << 30 && factor.shift == 0; }
bool shifts_right(Factor factor, int32_t most) { return factor.multiplier >= 0 && factor.shift <= -1 && factor.shift >= -most; }

// (addend + round(value * multiplier / 2^32)) / 2^shift, rounded as O1 or O2 ask where the addend holds 2^(shift - 1).
struct Scale {
  int32_t multiplier, addend, shift;

  Scale(Factor factor, int32_t offset)
      : multiplier(factor.multiplier), addend((1 << (-factor.shift - 1)) + offset * (1 << -factor.shift)), shift(-factor.shift) {}

  template <Rounding kRounding>
  int32_t apply(int32_t value) const {
    if (kRounding == Rounding::single_rounding) return smmla(value, multiplier, addend) >> shift;
    return (smmlar(value, multiplier, addend) + (value >> 31)) >> shift;
  }
};

// Both inputs have the same scale: their halves are exact, and so is twice their sum.
template <Rounding kRounding>
void add_halves(const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  const Scale sum(add.sum, add.output_zero_point);
  const int32_t offset = -(add.first_zero_point + add.second_zero_point) * (1 << kAddLeftShift);
  for (const int8_t* const end = first + count; first != end;) {
    const int32_t twice = offset + (*first++ + *second++) * (1 << kAddLeftShift);
    *output++ = static_cast<int8_t>(simd32::ssat8(sum.apply<kRounding>(twice)));
  }
}

// `exact` has the factor 1/2, the other is scaled. Twice the distance times 2^20 is what both multiplications take.
template <Rounding kRounding>
void add_scaled(const Add& add, const int8_t* exact, int32_t exact_zero_point, const int8_t* scaled, int32_t scaled_zero_point,
                Factor factor, uint32_t count, int8_t* output) {
  const Scale scale(factor, 0), sum(add.sum, add.output_zero_point);
  const int32_t exact_offset = -exact_zero_point * (1 << kAddLeftShift),
                scaled_offset = -scaled_zero_point * (2 << kAddLeftShift);
  for (const int8_t* const end = exact + count; exact != end;) {
    const int32_t half = exact_offset + *exact++ * (1 << kAddLeftShift);
    const int32_t other = scale.apply<kRounding>(scaled_offset + *scaled++ * (2 << kAddLeftShift));
    *output++ = static_cast<int8_t>(simd32::ssat8(sum.apply<kRounding>(half + 2 * other)));
  }
}

template <Rounding kRounding>
bool run(const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  if (!shifts_right(add.sum, kMostSumShift)) return false;
  if (is_half(add.first) && is_half(add.second))
    add_halves<kRounding>(add, first, second, count, output);
  else if (is_half(add.first) && shifts_right(add.second, kMostScaledShift))
    add_scaled<kRounding>(add, first, add.first_zero_point, second, add.second_zero_point, add.second, count, output);
  else if (is_half(add.second) && shifts_right(add.first, kMostScaledShift))
    add_scaled<kRounding>(add, second, add.second_zero_point, first, add.first_zero_point, add.first, count, output);
  else
    return false;
  return true;
}

}  // namespace

void add_armv7e_m(const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  const bool done = rounds_twice(add.rounding) ? run<Rounding::double_rounding>(add, first, second, count, output)
                                               : run<Rounding::single_rounding>(add, first, second, count, output);
  if (!done) return add_reference(add, first, second, count, output);
  armv7e_m::clamp_outputs(output, count, {add.low, add.high, add.rounding});
}

}  // namespace mote
