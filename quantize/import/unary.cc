// Operators on one int8 activation, element by element: a table of what TensorFlow Lite's arithmetic gives for the 256 values.
#include <algorithm>
#include <cmath>
#include <functional>

#include "device/kernels/requantize.h"
#include "device/kernels/softmax/fixed_point.h"
#include "quantize/calibrate/affine.h"
#include "quantize/import/table.h"

namespace mote {
namespace {

struct Ends {
  Affine in, out;
  Rounding rounding;

  // requantize() for any multiplier of a real ratio: what would leave 32 bits saturates, since all results are clamped to int8.
  int64_t scaled(int32_t distance, Multiplier by) const {
    const int shift = std::clamp(by.shift, -31, 30);
    const int64_t shifted = int64_t{distance} * (int64_t{1} << std::max(shift, 0));
    if (shifted > INT32_MAX || shifted < INT32_MIN) return shifted > 0 ? INT32_MAX : INT32_MIN;
    return mote::requantize(distance, by.value, shift, rounding);
  }
};

// What `make(ends)` gives is asked for the distance of each of the 256 values from the input's zero point, and clamped to int8.
template <typename Make>
Result<void> tabulate(TfliteNode& node, Make make) {
  TRY(const ValueId input, node.int8_elements(0));
  TRY_DO(node.int8_output());
  TRY(const Value output, activation_of(*node.output_tensor()));
  const Ends ends{affine_of(node.graph().values[input]), affine_of(output), node.graph().rounding};
  const auto function = make(ends);
  std::vector<int32_t> table;
  for (int32_t q = -128; q < 128; ++q) {
    const int64_t result = function(q - ends.in.zero_point);
    table.push_back(static_cast<int32_t>(std::clamp<int64_t>(result, -128, 127)));
  }
  return look_up(node, input, std::move(table));
}

// In float, as TensorFlow Lite divides the scales of the operators that take this.
Multiplier ratio_in_float(const Ends& ends) { return quantize_multiplier(static_cast<double>(ends.in.scale / ends.out.scale)); }

// A clamp of the rescaled input (activations.cc, ReluPrepare).
Result<void> rescaled_clamp(TfliteNode& node, float low, float high) {
  return tabulate(node, [=](const Ends& ends) {
    const Multiplier ratio = ratio_in_float(ends);
    const auto bound = [&](float real) {
      return ends.out.zero_point + static_cast<int64_t>(std::clamp(std::round(real / ends.out.scale), -512.0f, 512.0f));
    };
    return [=](int32_t distance) {
      return std::min(bound(high), std::max(bound(low), ends.out.zero_point + ends.scaled(distance, ratio)));
    };
  });
}

// LOGISTIC and TANH take their input in Q4.27, and give their ends to what is too far from 0 for that.
struct FixedPointInput {
  Multiplier scale;
  int32_t radius;
};

Result<FixedPointInput> fixed_point_input(const TfliteNode& node) {
  TRY(const Quantization quantization, quantization_of(*node.input_tensor(0)));
  constexpr int kIntegerBits = 4;
  const Multiplier scale = quantize_multiplier(static_cast<double>(quantization.scale[0]) * (1 << (31 - kIntegerBits)));
  if (scale.shift < 0 || scale.shift > 30) return unsupported("has an input whose scale is out of all proportion");
  const double radius = std::floor(((1 << kIntegerBits) - 1) * std::ldexp(1.0, 31 - kIntegerBits - scale.shift));
  return FixedPointInput{scale, static_cast<int32_t>(std::min(radius, 1e6))};
}

template <typename Curve>
Result<void> curve_in_fixed_point(TfliteNode& node, Curve curve) {
  TRY(const ValueId input, node.int8_elements(0));
  (void)input;
  TRY(const FixedPointInput fixed, fixed_point_input(node));
  return tabulate(node, [=](const Ends& ends) {
    return [=](int32_t distance) -> int64_t {
      if (distance <= -fixed.radius) return -128;
      if (distance >= fixed.radius) return 127;
      return curve(static_cast<int32_t>(ends.scaled(distance, fixed.scale)));
    };
  });
}

// 1 / (1 + exp(-a)) in Q0.31 for a in Q4.27.
int32_t logistic_of(int32_t a) {
  if (a == 0) return 1 << 30;
  const int32_t of_positive = reciprocal_of_one_plus(exp_of_negative<4>(a > 0 ? -a : a));
  return a > 0 ? of_positive : kOneQ31 - of_positive;
}

// tanh(a) in Q0.31 for a in Q4.27, by (1 - x) / (1 + x) with x = exp(-2 |a|): the same number in Q5.26 is twice as large.
int32_t tanh_of(int32_t a) {
  if (a == 0) return 0;
  const int32_t of_positive = multiply_by_power(two_over_one_plus(exp_of_negative<5>(a > 0 ? -a : a)) - kOneQ29, 2);
  return a > 0 ? of_positive : -of_positive;
}

int16_t saturated16(int64_t value) { return static_cast<int16_t>(std::clamp<int64_t>(value, INT16_MIN, INT16_MAX)); }

// round(a * b / 2^15), ties upward.
int16_t multiply_high16(int16_t a, int16_t b) { return saturated16((int32_t{a} * b + (1 << 14)) >> 15); }

// A multiplier in 16 bits.
int16_t narrowed(int32_t multiplier) {
  return multiplier >= INT32_MAX - (1 << 15) ? INT16_MAX : static_cast<int16_t>((multiplier + (1 << 15)) >> 16);
}

// HARD_SWISH in numbers of 16 bits: x in 1/128 of its quanta, relu6(x + 3) / 6 in Q0.15 (reference/hard_swish.h).
struct HardSwish {
  int16_t to_output, to_third;  // multipliers: to the output's quanta, and to units of 3 / 2^15
  int output_exponent, third_exponent;
  int32_t zero_point;

  int64_t operator()(int32_t distance) const {
    const auto fine = static_cast<int16_t>(distance * 128);
    int16_t gate = third_exponent > 0 ? saturated16(int64_t{fine} << (third_exponent - 1)) : fine;
    gate = multiply_high16(gate, to_third);
    if (third_exponent > 0) gate = saturated16(int64_t{gate} * 2);
    if (third_exponent < 0) gate = static_cast<int16_t>(divide_by_power(gate, -third_exponent));
    gate = static_cast<int16_t>((gate + (1 << 15)) >> 1);
    const int32_t product = int32_t{gate} * multiply_high16(fine, to_output) / (1 << 15);  // towards 0
    return divide_by_power(product, -output_exponent) + zero_point;
  }
};

}  // namespace

Result<void> look_up(TfliteNode& node, ValueId input, std::vector<int32_t> table) {
  TRY(const ValueId output, node.output_as(node.shape_of(input)));
  const ValueId constant = node.constant("table", {1, 1, 1, 256}, Type::int8, std::move(table));
  return node.add({.op = Op::lookup, .inputs = {input, constant}, .output = output});
}

namespace from_tflite {

Result<void> logistic(TfliteNode& node) {
  TRY_DO(node.int8_output());
  TRY(const Quantization out, quantization_of(*node.output_tensor()));
  if (out.zero_point != -128) return unsupported("has an output whose zero point is not -128");
  return curve_in_fixed_point(node, [](int32_t a) -> int64_t { return divide_by_power(logistic_of(a), 23) - 128; });
}

Result<void> tanh(TfliteNode& node) {
  return curve_in_fixed_point(node, [](int32_t a) -> int64_t { return divide_by_power(tanh_of(a), 24); });
}

Result<void> relu(TfliteNode& node) { return rescaled_clamp(node, 0, 3e38f); }
Result<void> relu_n1_to_1(TfliteNode& node) { return rescaled_clamp(node, -1, 1); }

// TensorFlow Lite Micro clamps the input as it is, and leaves the output's scale alone.
Result<void> relu6(TfliteNode& node) {
  return tabulate(node, [](const Ends& ends) {
    const float six = std::clamp(std::round(6.0f / ends.in.scale), 0.0f, 512.0f);
    return [zero_point = ends.in.zero_point, six = static_cast<int64_t>(six)](int32_t distance) {
      const int64_t most = std::min<int64_t>(zero_point + six, 127);
      return std::clamp<int64_t>(distance + zero_point, zero_point, most);
    };
  });
}

Result<void> leaky_relu(TfliteNode& node) {
  TRY(const tflite::LeakyReluOptions* options, node.options<tflite::LeakyReluOptions>());
  const float alpha = options->alpha();
  if (!std::isfinite(alpha)) return unsupported("has a slope that is not finite");
  return tabulate(node, [=](const Ends& ends) {
    const Multiplier above = ratio_in_float(ends);
    const Multiplier below = quantize_multiplier(static_cast<double>(std::fabs(ends.in.scale * alpha / ends.out.scale)));
    return [=, zero_point = ends.out.zero_point](int32_t distance) {
      if (distance >= 0) return zero_point + ends.scaled(distance, above);
      const int64_t negative = ends.scaled(distance, below);
      return zero_point + (alpha < 0 ? -negative : negative);
    };
  });
}

Result<void> hard_swish(TfliteNode& node) {
  TRY(const ValueId input, node.int8_elements(0));
  TRY_DO(node.int8_output());
  TRY(const Quantization out, quantization_of(*node.output_tensor()));
  const float fine = (1.0f / 128.0f) * node.graph().values[input].quantization.scale[0];
  const Multiplier to_output = quantize_multiplier(static_cast<double>(fine / out.scale[0]));
  const Multiplier to_third = quantize_multiplier(static_cast<double>(fine / (3.0f / 32768.0f)));
  if (to_output.shift > 0 || to_output.shift < -15 || to_third.shift > 30 || to_third.shift < -15)
    return unsupported("has an input whose scale is out of all proportion");
  return tabulate(node, [&](const Ends& ends) {
    return HardSwish{narrowed(to_output.value), narrowed(to_third.value), to_output.shift, to_third.shift, ends.out.zero_point};
  });
}

// In float, value by value (elu.cc).
Result<void> elu(TfliteNode& node) {
  return tabulate(node, [](const Ends& ends) {
    return [=, inverse = 1 / ends.out.scale](int32_t distance) {
      const float real = ends.in.scale * static_cast<float>(distance);
      const float quanta = std::round((real < 0 ? std::exp(real) - 1.0f : real) * inverse);
      return static_cast<int64_t>(std::clamp(quanta + static_cast<float>(ends.out.zero_point), -512.0f, 512.0f));
    };
  });
}

Result<void> abs(TfliteNode& node) {
  return tabulate(node, [](const Ends& ends) {
    const bool rescales = ends.in.scale != ends.out.scale;
    return [=, ratio = ratio_in_float(ends)](int32_t distance) -> int64_t {
      const int32_t magnitude = std::abs(distance);
      return ends.out.zero_point + (rescales ? ends.scaled(magnitude, ratio) : magnitude);
    };
  });
}

// Between two scales of int8.
Result<void> requantize(TfliteNode& node) {
  return tabulate(node, [](const Ends& ends) {
    const double ratio = static_cast<double>(ends.in.scale) / static_cast<double>(ends.out.scale);
    return [=, by = quantize_multiplier(ratio)](int32_t distance) { return ends.out.zero_point + ends.scaled(distance, by); };
  });
}

}  // namespace from_tflite
}  // namespace mote
