// Addition on Armv8.1-M with Helium.
#include "device/kernels/add/mve.h"

#include "device/kernels/packed/mve_lanes.h"

namespace mote::armv8_1_m_mve {
namespace {

// The input with the larger scale has the factor 1/2, whose shift is 0, and the other one at most that. So `half` needs no second
// rounding, and neither does `other` where both scales are the same (double rounding: mve_scale.h).
class LaneAdd {
 public:
  LaneAdd(const Add& add, bool first_is_half)
      : half_(first_is_half ? Input{-add.first_zero_point, add.first} : Input{-add.second_zero_point, add.second}),
        other_(first_is_half ? Input{-add.second_zero_point, add.second} : Input{-add.first_zero_point, add.first}),
        sum_(add.sum),
        zero_point_(add.output_zero_point),
        low_(lanes_of(add.low)),
        high_(lanes_of(add.high)) {}

  Lanes sum(Lanes half, Lanes other) const {
    Lanes value = other_.product(other);
    value = round_shift(plus(value, sign(bits_of(value, other_.factor.shift))), other_.factor.shift);
    value = multiply_high(plus(half_.product(half), value), sum_.multiplier);
    value = round_shift(plus(value, sign(value)), sum_.shift);
    return between(low_, plus(value, zero_point_), high_);
  }

 private:
  struct Input {
    int32_t addend;
    Factor factor;
    Lanes product(Lanes x) const { return multiply_high(shift_left(plus(x, addend), kAddLeftShift), factor.multiplier); }
  };

  const Input half_, other_;
  const Factor sum_;
  const int32_t zero_point_;
  const Lanes low_, high_;
};

bool takes(const Add& add) {
  return rounds_twice(add.rounding) && (add.first.shift == 0 || add.second.shift == 0) && add.first.shift <= 0 &&
         add.second.shift <= 0 && add.sum.shift < 0;
}

}  // namespace

void add(const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  if (!takes(add)) return add_reference(add, first, second, count, output);
  const bool first_is_half = add.first.shift == 0;
  const LaneAdd lanes(add, first_is_half);
  const int8_t *half = first_is_half ? first : second, *other = first_is_half ? second : first;
  for (uint32_t i = count / kLanes; i > 0; --i) {
    store(output, lanes.sum(widen(half), widen(other)));
    half += kLanes;
    other += kLanes;
    output += kLanes;
  }
  const uint32_t whole = count / kLanes * kLanes;
  add_reference(add, first + whole, second + whole, count - whole, output);
}

}  // namespace mote::armv8_1_m_mve
