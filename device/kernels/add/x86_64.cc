// Addition with the vectors of x86-64: constants of its three requantizations, then as many elements as fill vectors.
#include "device/kernels/add/x86_64.h"

#include "device/kernels/packed/x86_64/instructions.h"

namespace mote::x86_64 {
namespace {

bool is_in_range(Factor factor, int32_t least_shift) {
  return factor.multiplier >= 0 && factor.shift >= least_shift && factor.shift <= 0;
}

// As a packed layer's channel is scaled (device/kernels/packed/x86_64.h). Where the layer's shift is 0 there is no second
// rounding.
Scale scale_of(Factor factor, Rounding rounding, int32_t zero_point) {
  const bool twice = rounding == Rounding::double_rounding && factor.shift < 0;
  const int32_t shift = 1 - factor.shift;
  return {factor.multiplier, zero_point * (1 << shift) + (1 << (shift - 1)) + (twice ? 1 : 0), shift, twice ? 2 : 0};
}

// 2^19 * x: what the larger scale's factor of 1/2 makes of it, which rounds nothing.
bool is_half(Factor factor) { return factor.multiplier == 1 << 30 && factor.shift == 0; }

}  // namespace

void add(const Instructions& machine, const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  uint32_t done = 0;
  const bool swapped = is_half(add.second);
  const Factor half = swapped ? add.second : add.first, other = swapped ? add.first : add.second;
  if (machine.add != nullptr && is_half(half) && is_in_range(other, 1 - kMostShift) && is_in_range(add.sum, 1 - kMostShift)) {
    Addition addition;
    addition.half_zero_point = swapped ? add.second_zero_point : add.first_zero_point;
    addition.other_zero_point = swapped ? add.first_zero_point : add.second_zero_point;
    addition.other = scale_of(other, add.rounding, 0);
    addition.sum = scale_of(add.sum, add.rounding, add.output_zero_point);
    addition.low = add.low;
    addition.high = add.high;
    done = machine.add(addition, swapped ? second : first, swapped ? first : second, count, output);
  }
  add_reference(add, first + done, second + done, count - done, output + done);
}

}  // namespace mote::x86_64
