// Curves of an int16 as tables of 513 values, between which is interpolated: made by the compiler.
#pragma once

#include <stdint.h>

namespace mote {

constexpr int32_t kCurveSteps = 512;

struct Curve {
  int16_t at[kCurveSteps + 1];

  // Of -32768 to 32767: the step by the nine highest bits, linear between steps by the other seven.
  int32_t operator()(int32_t x) const {
    const int32_t step = (x >> 7) + kCurveSteps / 2;
    const int32_t rise = static_cast<int16_t>(at[step + 1] - at[step]);
    return at[step] + ((rise * (x & 127) + 64) >> 7);
  }
};

// e^x for x in [-10, 0]: the series of x / 16, squared four times.
constexpr float exponential_of(float x) {
  const double part = static_cast<double>(x) / 16;
  double term = 1, sum = 1;
  for (int i = 1; i < 25; ++i) {
    term *= part / i;
    sum += term;
  }
  for (int i = 0; i < 4; ++i) sum *= sum;
  return static_cast<float>(sum);
}

constexpr float one_over_one_plus(float x) { return 1.0f / (1.0f + x); }

constexpr float nearest(float x) {  // halves away from zero
  return static_cast<float>(static_cast<int32_t>(x < 0 ? static_cast<double>(x) - 0.5 : static_cast<double>(x) + 0.5));
}

constexpr int16_t within_int16(float x) { return static_cast<int16_t>(x < -32768.0f ? -32768.0f : x > 32767.0f ? 32767.0f : x); }

// As TensorFlow Lite makes them: the curve over `width` from `first` on, in 1/32768, each value moved by half of what
// interpolation misses in the middle of its step. In float32, as there.
constexpr Curve curve_of(float (*function)(float), float first, float last, float steps_per_unit) {
  Curve curve{};
  const float step = (last - first) / kCurveSteps;
  for (int32_t i = 0; i < kCurveSteps; ++i) {
    const float here = function(first + static_cast<float>(i) * step);
    const float middle = function(first + static_cast<float>(i) * step + step / 2);
    const float next = function(first + static_cast<float>(i + 1) * step);
    const float value = nearest(here * steps_per_unit);
    const float between = nearest((next * steps_per_unit + nearest(here * steps_per_unit)) / 2);
    curve.at[i] = within_int16(value - nearest((between - nearest(middle * steps_per_unit)) / 2));
  }
  curve.at[kCurveSteps] = within_int16(nearest(function(last) * steps_per_unit));
  return curve;
}

constexpr float kStepOfTen = 10.0f / 65535, kStepOfOne = 1.0f / 65535, kStepOfTwo = 2.0f / 65535;
constexpr float kStepsPerUnit = 65536.0f / (kStepOfTwo * 32767 - kStepOfTwo * -32768);

// Of distances, x = 32767 being 0.
extern const Curve kExponential;
// Of what a sum in [1, 2) has above 1, x = -32768 being 0.
extern const Curve kReciprocal;

}  // namespace mote
