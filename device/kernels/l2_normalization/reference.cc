// Normalization, one vector after the other; the square root by Newton's iteration.
#include "device/kernels/l2_normalization/l2_normalization.h"
#include "device/kernels/softmax/fixed_point.h"

namespace mote {
namespace {

constexpr int32_t kOutputBits = 7;  // 1/128

struct Factor {
  int32_t multiplier, shift;  // multiplier * 2^(shift - 31)
};

// 1 / sqrt(a) / sqrt(2) as TensorFlow Lite finds it: five steps from 1; a and the result in Q3.28.
int32_t inverse_square_root(int32_t a) {
  constexpr int32_t kOne = 1 << 28, kThreeHalves = (1 << 28) + (1 << 27);
  constexpr int32_t kSqrtHalf = 1518500250;  // Q0.31
  const int32_t half = divide_by_power(a, 1);
  int32_t x = kOne;
  for (int i = 0; i < 5; ++i) {
    const int32_t cube = multiply_by_power(multiply_high(multiply_high(x, x), x), 6);
    x = multiply_by_power(multiply_high(kThreeHalves, x) - multiply_high(half, cube), 3);
  }
  return multiply_high(x, kSqrtHalf);
}

// 1 / sqrt(sum); 0 counts as 1.
Factor inverse_length(int32_t sum) {
  if (sum <= 1) return {INT32_MAX, 0};
  int32_t shift = 11;
  for (; sum >= 1 << 29; ++shift) sum /= 4;
  const int32_t pairs = (__builtin_clz(static_cast<uint32_t>(sum)) - 1) / 2 - 1;
  shift -= pairs;
  const int32_t root = inverse_square_root((sum << 2 * pairs) >> 1);
  if (shift < 0) return {root * (1 << -shift), 0};
  return {root, -shift};
}

}  // namespace

void l2_normalization_reference(const L2Normalization& norm, const int8_t* input, int8_t* output) {
  for (uint32_t place = 0; place < norm.places; ++place, input += norm.channels, output += norm.channels) {
    int32_t sum = 0;
    for (uint32_t i = 0; i < norm.channels; ++i) {
      const int32_t distance = input[i] - norm.input_zero_point;
      sum += distance * distance;
    }
    const Factor factor = inverse_length(sum);
    for (uint32_t i = 0; i < norm.channels; ++i) {
      const int32_t distance = input[i] - norm.input_zero_point;
      const int32_t value = requantize(distance, factor.multiplier, factor.shift + kOutputBits, norm.rounding);
      output[i] = static_cast<int8_t>(clamp(value, INT8_MIN, INT8_MAX));
    }
  }
}

}  // namespace mote
