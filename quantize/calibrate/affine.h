// Scales, zero points and fixed-point multipliers, as TensorFlow Lite makes them.
#pragma once

#include <cstdint>

#include "quantize/graph/graph.h"

namespace mote {

// real value = scale * (q - zero_point); int8, or int16 with zero point 0.
struct Affine {
  float scale = 1;
  int32_t zero_point = 0;
  bool wide = false;  // int16

  int32_t least() const { return wide ? -32768 : -128; }
  int32_t most() const { return wide ? 32767 : 127; }
};

// Of an int8 or int16 value with one scale.
inline Affine affine_of(const Value& value) {
  return {value.quantization.scale[0], value.quantization.zero_point, value.type == Type::int16};
}

// The int8 scale that spans [low, high], widened to hold 0, which is then exactly representable. A range of no width (a value
// that never left 0) gets scale 1.
Affine affine_for(double low, double high);

// The int16 scale that spans [-largest, largest]; zero point 0. A largest of 0 gets scale 1.
Affine wide_affine_for(double largest);

// Nearest, ties away from zero, saturated to int8 or int16.
int32_t quantize_value(double real, Affine affine);

// value * 2^(shift - 31), value in [2^30, 2^31) or 0: what the device's requantization multiplies with.
struct Multiplier {
  int32_t value = 0;
  int32_t shift = 0;
};

// For real >= 0 (quantization_util.cc, QuantizeMultiplier): frexp, round half away from zero; 0 below 2^-32. What is no
// number counts as 0, and what is above 2^100, which no kernel takes, as that.
Multiplier quantize_multiplier(double real);

// Folds a division by `count` >= 1 into a multiplier without losing its bits (reduce.h, QuantizedMeanOrSum; truncates).
Multiplier divide(Multiplier multiplier, uint32_t count);

}  // namespace mote
