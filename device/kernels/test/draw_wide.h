// Random operands for the tests of kernels on int16, and their arithmetic from its definition.
#pragma once

#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {

// Every fourth vector holds nothing but the two ends of the range.
inline std::vector<int16_t> draw_int16(Random& random, size_t count) {
  const bool ends = draw(random, 0, 3) == 0;
  std::vector<int16_t> values(count);
  for (int16_t& value : values)
    value = static_cast<int16_t>(ends ? (draw(random, 0, 1) == 0 ? -32768 : 32767) : draw(random, -32768, 32767));
  return values;
}

// A factor about `real`, seldom 0, as multiplier and shift.
inline std::pair<int32_t, int32_t> draw_factor(Random& random, double real) {
  int exponent = 0;
  const double fraction = std::frexp(real * random.uniform(0.2, 4), &exponent);
  const bool is_zero = draw(random, 0, 30) == 0;
  const bool is_largest = draw(random, 0, 30) == 0;  // of which 16 bits are not rounded up to 2^15
  return {is_zero ? 0 : is_largest ? INT32_MAX : static_cast<int32_t>(std::floor(fraction * 2147483648.0)), exponent};
}

// As DrawnScaling, for int16.
struct DrawnWideScaling {
  std::vector<int32_t> bias, multipliers, shifts;
  Scaling scaling;

  DrawnWideScaling(Random& random, int channels, int taps) {
    for (int c = 0; c < channels; ++c) {
      bias.push_back(draw(random, 0, 9) == 0 ? (draw(random, 0, 1) == 0 ? INT32_MIN : INT32_MAX)
                                             : draw(random, -2000000, 2000000));
      const auto [multiplier, shift] = draw_factor(random, 1 / (64 * std::sqrt(taps)));
      multipliers.push_back(multiplier);
      shifts.push_back(draw(random, 0, 20) == 0 ? draw(random, 0, 7) : draw(random, 0, 20) == 0 ? -31 : shift);
    }
    scaling.multipliers = multipliers.data();
    scaling.shifts = shifts.data();
    scaling.zero_point = 0;
    scaling.low = draw(random, 0, 2) == 0 ? draw(random, -32768, 30000) : -32768;
    scaling.high = draw(random, 0, 2) == 0 ? draw(random, scaling.low, 32767) : 32767;
    scaling.rounding = draw_rounding(random);
  }

  // docs/spec/operators/arithmetic.md O42, of a sum with its bias.
  int16_t expected(int64_t accumulator, size_t channel) const {
    const int64_t whole = multipliers[channel];
    const auto sixteen = static_cast<int64_t>(oracle::nearest_ties_up(whole, 16));
    const oracle::Wide product = oracle::Wide{accumulator} * (sixteen > 32767 ? 32767 : sixteen);
    const oracle::Wide scaled = oracle::nearest_ties_up(product, 15 - shifts[channel]);
    const oracle::Wide bounded = scaled < scaling.low ? scaling.low : scaled > scaling.high ? scaling.high : scaled;
    return static_cast<int16_t>(bounded);
  }
};

// Runs kernel(output) on one element more than `count`, and holds that this one was not touched.
template <typename T, typename Kernel>
std::vector<T> run_guarded(size_t count, Kernel kernel) {
  std::vector<T> output(count + 1, 77);
  kernel(output.data());
  EXPECT_EQ(output.back(), 77) << "wrote past the end";
  output.pop_back();
  return output;
}

}  // namespace mote
