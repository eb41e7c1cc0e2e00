// Softmax over int16: the largest input, exponentials, and each one's share of their sum.
#include "device/kernels/softmax_int16/curve.h"
#include "device/kernels/softmax_int16/softmax_int16.h"

namespace mote {

constexpr Curve kExponential = curve_of(exponential_of, kStepOfTen * -65535, 0.0f, kStepsPerUnit);
constexpr Curve kReciprocal = curve_of(one_over_one_plus, 0.0f, kStepOfOne * 65535, kStepsPerUnit);

namespace {

int32_t largest_of(const int16_t* values, uint32_t count) {
  int32_t largest = INT16_MIN;
  for (uint32_t i = 0; i < count; ++i)
    if (values[i] > largest) largest = values[i];
  return largest;
}

// Q0.15. At most 65535 below `largest`.
int32_t exponential(const SoftmaxInt16& softmax, int32_t distance) {
  const int32_t scaled = requantize(distance, softmax.multiplier, softmax.shift, softmax.rounding);
  return kExponential(clamp(scaled + INT16_MAX, INT16_MIN, INT16_MAX));
}

void softmax_row(const SoftmaxInt16& softmax, const int16_t* input, int16_t* output) {
  const int32_t largest = largest_of(input, softmax.channels);
  int32_t sum = 0;  // Q16.15; there are at most 65535 channels
  for (uint32_t i = 0; i < softmax.channels; ++i) {
    output[i] = static_cast<int16_t>(exponential(softmax, input[i] - largest));
    sum += output[i];
  }
  const int32_t headroom = __builtin_clz(static_cast<uint32_t>(sum));  // at least 1: as the largest gives about 2^15, at most 17
  const auto ahead = static_cast<int32_t>(((int64_t{sum} << (headroom - 1)) + (1 << 13)) >> 14);  // 2^16 to 2^17: 1 to 2
  const int32_t reciprocal = kReciprocal(clamp(ahead - (1 << 15) - (1 << 16), INT16_MIN, INT16_MAX));
  const int32_t right = 31 - headroom;
  for (uint32_t i = 0; i < softmax.channels; ++i) {
    const auto share = static_cast<int32_t>((int64_t{output[i]} * reciprocal + (int64_t{1} << (right - 1))) >> right);
    output[i] = static_cast<int16_t>(clamp(share, 0, INT16_MAX));
  }
}

}  // namespace

void softmax_int16_reference(const SoftmaxInt16& softmax, const int16_t* input, int16_t* output) {
  for (uint32_t place = 0; place < softmax.places; ++place)
    softmax_row(softmax, input + size_t{place} * softmax.channels, output + size_t{place} * softmax.channels);
}

}  // namespace mote
