// Log softmax, plainly: the largest input, the logarithm of the sum of exponentials, and each distance less that.
#include "device/kernels/log_softmax/log_softmax.h"
#include "device/kernels/log_softmax/logarithm.h"

namespace mote {
namespace {

constexpr int32_t kOutputZeroPoint = 127;

int32_t scaled(const LogSoftmax& softmax, int32_t distance) {
  return requantize(distance, softmax.multiplier, softmax.left_shift, softmax.rounding);
}

int32_t largest_of(const int8_t* values, uint32_t count) {
  int32_t largest = INT8_MIN;
  for (uint32_t i = 0; i < count; ++i)
    if (values[i] > largest) largest = values[i];
  return largest;
}

int32_t log_of_sum(const LogSoftmax& softmax, const int8_t* input, int32_t largest) {
  int32_t sum = 0;  // Q12.19
  for (uint32_t i = 0; i < softmax.channels; ++i) {
    const int32_t distance = input[i] - largest;
    if (distance >= softmax.diff_min) sum += divide_by_power(exp_of_negative(scaled(softmax, distance)), 12);
  }
  return log_of(sum);
}

void log_softmax_row(const LogSoftmax& softmax, const int8_t* input, int8_t* output) {
  const int32_t largest = largest_of(input, softmax.channels);
  const int32_t log = log_of_sum(softmax, input, largest);
  // The distance from which on a difference to the logarithm would leave Q5.26.
  const int32_t furthest = requantize(INT32_MIN + log, softmax.reverse_multiplier, softmax.reverse_shift, softmax.rounding);
  const int32_t least = softmax.diff_min - 1 > furthest ? softmax.diff_min - 1 : furthest;
  for (uint32_t i = 0; i < softmax.channels; ++i) {
    const int32_t distance = input[i] - largest;
    int32_t value = INT8_MIN;
    if (distance > least) value = divide_by_power(scaled(softmax, distance) - log, 22) + kOutputZeroPoint;
    output[i] = static_cast<int8_t>(clamp(value, INT8_MIN, INT8_MAX));
  }
}

}  // namespace

void log_softmax_reference(const LogSoftmax& softmax, const int8_t* input, int8_t* output) {
  for (uint32_t place = 0; place < softmax.places; ++place)
    log_softmax_row(softmax, input + size_t{place} * softmax.channels, output + size_t{place} * softmax.channels);
}

}  // namespace mote
