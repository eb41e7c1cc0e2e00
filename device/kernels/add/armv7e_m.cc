// Addition and subtraction with the 32 by 32 bit multiplications of Armv7E-M.
#include "device/kernels/add/armv7e_m.h"

#include "device/kernels/packed/armv7e_m/requantize.h"
#include "device/kernels/packed/armv7e_m/scale.h"
#include "device/kernels/sub/sub.h"

namespace mote {
namespace {

using armv7e_m::Scale;
using armv7e_m::shifts_right;

constexpr int32_t kMostScaledShift = 30, kMostSumShift = 22;

bool is_half(Factor factor) { return factor.multiplier == 1 << 30 && factor.shift == 0; }
bool shifts_right(Factor factor, int32_t most) { return shifts_right(factor.multiplier, factor.shift, most); }

struct Operand {
  const int8_t* at;
  int32_t zero_point;
  Factor factor;
};

// Both inputs have the same scale: their halves are exact, and so is twice their sum.
template <Rounding kRounding, int32_t kSign>
void add_halves(const Scale& sum, Operand first, Operand second, uint32_t count, int8_t* output) {
  const int32_t offset = -(first.zero_point + kSign * second.zero_point) * (1 << kAddLeftShift);
  for (const int8_t* const end = first.at + count; first.at != end;) {
    const int32_t twice = offset + (*first.at++ + kSign * *second.at++) * (1 << kAddLeftShift);
    *output++ = static_cast<int8_t>(simd32::ssat8(sum.apply<kRounding>(twice)));
  }
}

// `exact` has the factor 1/2, the other is scaled, and each is added or taken off by its sign. Twice the distance times 2^20 is
// what both multiplications take.
template <Rounding kRounding, int32_t kExactSign, int32_t kScaledSign>
void add_scaled(const Scale& sum, Operand exact, Operand scaled, uint32_t count, int8_t* output) {
  const Scale scale(scaled.factor.multiplier, scaled.factor.shift, 0);
  constexpr int32_t kUnit = kExactSign * (1 << kAddLeftShift);
  const int32_t exact_offset = -exact.zero_point * kUnit, scaled_offset = -scaled.zero_point * (2 << kAddLeftShift);
  for (const int8_t* const end = exact.at + count; exact.at != end;) {
    const int32_t half = exact_offset + *exact.at++ * kUnit;
    const int32_t other = scale.apply<kRounding>(scaled_offset + *scaled.at++ * (2 << kAddLeftShift));
    *output++ = static_cast<int8_t>(simd32::ssat8(sum.apply<kRounding>(half + kScaledSign * 2 * other)));
  }
}

// kSign is that of the second operand. False where the factors are none of these; then nothing was written.
template <Rounding kRounding, int32_t kSign>
bool run(const Add& add, Operand first, Operand second, uint32_t count, int8_t* output) {
  if (!shifts_right(add.sum, kMostSumShift)) return false;
  const Scale sum(add.sum.multiplier, add.sum.shift, add.output_zero_point);
  if (is_half(first.factor) && is_half(second.factor))
    add_halves<kRounding, kSign>(sum, first, second, count, output);
  else if (is_half(first.factor) && shifts_right(second.factor, kMostScaledShift))
    add_scaled<kRounding, 1, kSign>(sum, first, second, count, output);
  else if (is_half(second.factor) && shifts_right(first.factor, kMostScaledShift))
    add_scaled<kRounding, kSign, 1>(sum, second, first, count, output);
  else
    return false;
  armv7e_m::clamp_outputs(output, count, {add.low, add.high, add.rounding});
  return true;
}

template <int32_t kSign>
bool run(const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  const Operand one = {first, add.first_zero_point, add.first}, other = {second, add.second_zero_point, add.second};
  return rounds_twice(add.rounding) ? run<Rounding::double_rounding, kSign>(add, one, other, count, output)
                                    : run<Rounding::single_rounding, kSign>(add, one, other, count, output);
}

}  // namespace

void add_armv7e_m(const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  if (!run<1>(add, first, second, count, output)) add_reference(add, first, second, count, output);
}

void sub_armv7e_m(const Add& sub, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  if (!run<-1>(sub, first, second, count, output)) sub_reference(sub, first, second, count, output);
}

}  // namespace mote
