// Mean and root mean square of a window, exactly: sums in 64 bits, an integer square root.
#include <stddef.h>

#include "device/kernels/mean_rms/mean_rms.h"

namespace mote {
namespace {

// floor(sqrt(value)), bit by bit from the top.
uint64_t square_root(uint64_t value) {
  uint64_t root = 0;
  for (uint64_t bit = uint64_t{1} << 62; bit != 0; bit >>= 2) {
    if (value >= root + bit) {
      value -= root + bit;
      root = (root >> 1) + bit;
    } else {
      root >>= 1;
    }
  }
  return root;
}

}  // namespace

int16_t rounded_mean(int64_t sum, int64_t samples) {
  const int64_t magnitude = sum < 0 ? -sum : sum;
  const int64_t mean = (2 * magnitude + samples) / (2 * samples);
  return static_cast<int16_t>(sum < 0 ? -mean : mean);
}

// With V = n * sum of squares - sum^2, which is at most 2^62, the deviation is sqrt(V) / n; here it is rounded without an error.
int16_t rounded_deviation(int64_t sum, int64_t sum_of_squares, int64_t samples) {
  const uint64_t v = static_cast<uint64_t>(samples * sum_of_squares - sum * sum);
  const uint64_t twice_root = square_root(4 * v);
  const uint64_t deviation = (twice_root + static_cast<uint64_t>(samples)) / (2 * static_cast<uint64_t>(samples));
  return static_cast<int16_t>(deviation > INT16_MAX ? INT16_MAX : deviation);
}

void mean_rms_reference(const MeanRms& window, const int16_t* input, int16_t* output) {
  for (uint32_t channel = 0; channel < window.channels; ++channel) {
    int64_t sum = 0, sum_of_squares = 0;
    for (uint32_t sample = 0; sample < window.samples; ++sample) {
      const int32_t value = input[size_t{sample} * window.channels + channel];
      sum += value;
      sum_of_squares += int64_t{value} * value;
    }
    output[2 * channel] = rounded_mean(sum, window.samples);
    output[2 * channel + 1] = rounded_deviation(sum, sum_of_squares, window.samples);
  }
}

}  // namespace mote
