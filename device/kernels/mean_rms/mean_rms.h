// The monitored scalars of a raw window: mean and root mean square about it, per channel.
#pragma once

#include <stdint.h>

namespace mote {

// input   int16 [samples, channels], at most 65535 samples
// output  int16 [2 * channels]: mean of channel 0, root mean square of channel 0, mean of channel 1, ...
//
// Both in raw steps. The mean is rounded, ties away from zero. The root mean square is about the exact mean of the window, that
// is the square root of the population variance, computed exactly and rounded, ties upward; it saturates at 32767 (O11).
struct MeanRms {
  uint32_t samples, channels;
};

// Of samples with that sum and sum of squares.
int16_t rounded_mean(int64_t sum, int64_t samples);
int16_t rounded_deviation(int64_t sum, int64_t sum_of_squares, int64_t samples);

void mean_rms_reference(const MeanRms& window, const int16_t* input, int16_t* output);

}  // namespace mote
