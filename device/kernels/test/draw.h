// Random operands for the tests of kernels: ordinary ones, and ones from the edges of the number range.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"
#include "device/kernels/weighted.h"
#include "device/kernels/window.h"

namespace mote {

inline int draw(Random& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<uint64_t>(high - low + 1)));
}

inline Rounding draw_rounding(Random& random) { return static_cast<Rounding>(draw(random, 0, 1)); }

// Every fourth vector holds nothing but the two ends of the range.
inline std::vector<int8_t> draw_int8(Random& random, size_t count, int low = -128) {
  const bool ends = draw(random, 0, 3) == 0;
  std::vector<int8_t> values(count);
  for (int8_t& value : values) value = static_cast<int8_t>(ends ? (draw(random, 0, 1) == 0 ? low : 127) : draw(random, low, 127));
  return values;
}

// Two in a byte, as a model has them, of values -8 to 7.
inline std::vector<uint8_t> packed_nibbles(const std::vector<int8_t>& values) {
  std::vector<uint8_t> bytes((values.size() + 1) / 2);
  for (size_t i = 0; i < values.size(); ++i)
    bytes[i / 2] = static_cast<uint8_t>(bytes[i / 2] | (static_cast<uint32_t>(values[i]) & 15) << (i % 2 * 4));
  return bytes;
}

// The same values, within 4 bits.
inline std::vector<int8_t> narrowed(std::vector<int8_t> values) {
  for (int8_t& value : values) value = static_cast<int8_t>(value >> 4);
  return values;
}

// A geometry with strides, pads and outputs that the verifier accepts.
inline Axis draw_axis(Random& random, bool dilated = false) {
  while (true) {
    Axis axis;
    axis.input = draw(random, 1, 9);
    axis.filter = draw(random, 1, 5);
    axis.stride = draw(random, 1, 3);
    axis.pad = draw(random, 0, dilated ? 2 * axis.filter : axis.filter - 1);
    axis.output = draw(random, 1, 10);
    axis.dilation = dilated ? draw(random, 1, 4) : 1;
    if (is_axis_in_range(axis) && is_output_right(axis)) return axis;
  }
}

// One of a filter over time: up to 64 taps, on an input of about their length.
inline Axis draw_tall_axis(Random& random) {
  while (true) {
    Axis axis;
    axis.filter = draw(random, 5, draw(random, 0, 7) == 0 ? 64 : 32);
    axis.input = draw(random, axis.filter / 2, axis.filter + 5);
    axis.stride = draw(random, 1, 3);
    axis.pad = draw(random, 0, 1) * draw(random, 0, axis.filter - 1);
    axis.output = draw(random, 1, 6);
    if (is_axis_in_range(axis) && is_output_right(axis)) return axis;
  }
}

// Bias, multipliers and shifts of some channels, for accumulators of about `taps` products.
struct DrawnScaling {
  std::vector<int32_t> bias, multipliers, shifts;
  int32_t input_zero_point;
  Scaling scaling;

  DrawnScaling(Random& random, int channels, int taps) : input_zero_point(draw(random, -128, 127)) {
    for (int c = 0; c < channels; ++c) {
      bias.push_back(draw(random, -5000, 5000));
      const double factor = random.uniform(0.2, 4) * 127 / (127.0 * 255 * std::sqrt(taps));
      int exponent = 0;
      const double fraction = std::frexp(factor, &exponent);
      multipliers.push_back(draw(random, 0, 30) == 0 ? 0 : static_cast<int32_t>(std::floor(fraction * 2147483648.0)));
      shifts.push_back(draw(random, 0, 20) == 0 ? draw(random, 0, 3) : exponent);
    }
    scaling.multipliers = multipliers.data();
    scaling.shifts = shifts.data();
    scaling.zero_point = draw(random, -128, 127);
    scaling.low = draw(random, 0, 2) == 0 ? draw(random, -128, 100) : -128;
    scaling.high = draw(random, 0, 2) == 0 ? draw(random, scaling.low, 127) : 127;
    scaling.rounding = draw_rounding(random);
  }
};

}  // namespace mote
