// Softmax, plainly: the largest input, the sum of exponentials, and each one's share.
#include "device/kernels/softmax/fixed_point.h"
#include "device/kernels/softmax/softmax.h"

namespace mote {
namespace {

// A sum of exponentials as a factor of its inverse: 1 / sum = value / 2^31 / 2^whole_bits.
struct Inverse {
  int32_t value;
  int32_t whole_bits;
};

// `sum` is Q12.19 and at least 1, as the largest input adds exp(0).
Inverse inverse_of(int32_t sum) {
  constexpr int32_t kWholeBits = 12;
  const int32_t headroom = __builtin_clz(static_cast<uint32_t>(sum));
  const uint32_t above_one = (static_cast<uint32_t>(sum) << headroom) - (1u << 31);
  return {reciprocal_of_one_plus(static_cast<int32_t>(above_one)), kWholeBits - headroom};
}

int32_t exponential(const Softmax& softmax, int32_t distance) {
  const int32_t scaled = rounds_twice(softmax.rounding)
                             ? multiply_high(distance * (int32_t{1} << softmax.left_shift), softmax.multiplier)
                             : requantize_single(distance, softmax.multiplier, softmax.left_shift);
  return exp_of_negative(scaled);
}

int32_t largest_of(const int8_t* values, uint32_t count) {
  int32_t largest = INT8_MIN;
  for (uint32_t i = 0; i < count; ++i)
    if (values[i] > largest) largest = values[i];
  return largest;
}

void softmax_row(const Softmax& softmax, const int8_t* input, int8_t* output) {
  const int32_t largest = largest_of(input, softmax.channels);
  int32_t sum = 0;  // Q12.19
  for (uint32_t i = 0; i < softmax.channels; ++i) {
    const int32_t distance = input[i] - largest;
    if (distance >= softmax.diff_min) sum += divide_by_power(exponential(softmax, distance), 12);
  }
  const Inverse inverse = inverse_of(sum);
  for (uint32_t i = 0; i < softmax.channels; ++i) {
    const int32_t distance = input[i] - largest;
    int32_t share = 0;  // of 256
    if (distance >= softmax.diff_min)
      share = divide_by_power(multiply_high(inverse.value, exponential(softmax, distance)), inverse.whole_bits + 23);
    output[i] = static_cast<int8_t>(clamp(share + INT8_MIN, INT8_MIN, INT8_MAX));
  }
}

}  // namespace

void softmax_reference(const Softmax& softmax, const int8_t* input, int8_t* output) {
  for (uint32_t place = 0; place < softmax.places; ++place)
    softmax_row(softmax, input + place * softmax.channels, output + place * softmax.channels);
}

}  // namespace mote
