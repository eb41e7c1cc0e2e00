// Addition on Armv8.1-M with Helium.
#include "device/kernels/add/mve.h"

#include "device/kernels/packed/mve_lanes.h"

namespace mote::armv8_1_m_mve {
namespace {

// Double rounding with any shift: a shift of 0 takes nothing off negative products (mve_scale.h has the rest).
struct LaneFactor {
  int32_t multiplier, left, right;

  explicit LaneFactor(Factor factor)
      : multiplier(factor.multiplier), left(factor.shift > 0 ? factor.shift : 0), right(factor.shift < 0 ? factor.shift : 0) {}

  Lanes scale(Lanes value) const {
    value = multiply_high(shift_left(value, left), multiplier);
    return round_shift(plus(value, sign(bits_of(value, right))), right);
  }
};

struct Input {
  int32_t zero_point;
  LaneFactor factor;

  Lanes scaled(Lanes x) const { return factor.scale(shift_left(plus(x, -zero_point), kAddLeftShift)); }
};

class LaneAdd {
 public:
  explicit LaneAdd(const Add& add)
      : first_{add.first_zero_point, LaneFactor(add.first)},
        second_{add.second_zero_point, LaneFactor(add.second)},
        sum_(add.sum),
        zero_point_(add.output_zero_point),
        low_(lanes_of(add.low)),
        high_(lanes_of(add.high)) {}

  Lanes sum(Lanes first, Lanes second) const {
    const Lanes sum = plus(first_.scaled(first), second_.scaled(second));
    return between(low_, plus(sum_.scale(sum), zero_point_), high_);
  }

 private:
  const Input first_, second_;
  const LaneFactor sum_;
  const int32_t zero_point_;
  const Lanes low_, high_;
};

}  // namespace

void add(const Add& add, const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  if (add.rounding == Rounding::single_rounding) return add_reference(add, first, second, count, output);
  const LaneAdd lanes(add);
  for (uint32_t i = count / kLanes; i > 0; --i) {
    store(output, lanes.sum(widen(first), widen(second)));
    first += kLanes;
    second += kLanes;
    output += kLanes;
  }
  add_reference(add, first, second, count % kLanes, output);
}

}  // namespace mote::armv8_1_m_mve
