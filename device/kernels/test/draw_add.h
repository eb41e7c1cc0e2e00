// Random operands for add and its like: scales, zero points and clamps of both roundings.
#pragma once

#include "device/kernels/add/add.h"
#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {

inline Factor factor_of(double real) {
  int exponent = 0;
  const double fraction = std::frexp(real, &exponent);
  return {static_cast<int32_t>(std::min(std::round(fraction * 2147483648.0), 2147483647.0)), exponent};
}

struct DrawnAdd {
  double first_scale, second_scale, output_scale;
  Add add;

  explicit DrawnAdd(Random& random)
      : first_scale(random.uniform(0.01, 1)), second_scale(random.uniform(0.01, 1)), output_scale(random.uniform(0.02, 1)) {
    const double twice = 2 * std::max(first_scale, second_scale);
    add.first_zero_point = draw(random, -128, 127);
    add.second_zero_point = draw(random, -128, 127);
    add.output_zero_point = draw(random, -128, 127);
    add.first = factor_of(first_scale / twice);
    add.second = factor_of(second_scale / twice);
    add.sum = factor_of(twice / ((1 << kAddLeftShift) * output_scale));
    add.low = draw(random, 0, 2) == 0 ? draw(random, -128, 100) : -128;
    add.high = draw(random, 0, 2) == 0 ? draw(random, add.low, 127) : 127;
    add.rounding = draw_rounding(random);
  }

  // The operand, scaled from `shift` binary places on.
  int64_t scaled_first(int x, int shift) const { return scaled(x - add.first_zero_point, add.first, shift); }
  int64_t scaled_second(int x, int shift) const { return scaled(x - add.second_zero_point, add.second, shift); }
  // What is made of the scaled operands, as a quantum.
  int64_t finished(int64_t value) const {
    const int64_t quantum = oracle::requantize(value, add.sum.multiplier, add.sum.shift, add.rounding) + add.output_zero_point;
    return oracle::between(add.low, quantum, add.high);
  }
  double real_first(int x) const { return first_scale * (x - add.first_zero_point); }
  double real_second(int x) const { return second_scale * (x - add.second_zero_point); }
  double finished_real(double value) const {
    return std::clamp(value / output_scale + add.output_zero_point, static_cast<double>(add.low), static_cast<double>(add.high));
  }

 private:
  int64_t scaled(int64_t distance, Factor factor, int shift) const {
    return oracle::requantize(distance << shift, factor.multiplier, factor.shift, add.rounding);
  }
};

}  // namespace mote
