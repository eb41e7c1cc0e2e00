// From raw sensor samples to the int8 input of a model.
#pragma once

#include "device/kernels/requantize.h"

namespace mote {

// input      int16 [samples, channels]
// constants  int32 [3, channels]: offsets (the mean, in 1/256 of a raw step; -2^23 to 2^23), multipliers, shifts (-31 to 6)
// output     int8 [samples, channels], must not overlap the input
//
// q = clamp(requantize(raw * 256 - offset, multiplier, shift) + zero point) (O10). The multiplier stands for
// 1 / (256 * deviation * scale of the output).
struct Standardize {
  uint32_t samples, channels;
  const int32_t* offsets;
  const int32_t* multipliers;
  const int32_t* shifts;
  int32_t zero_point;
  Rounding rounding;
};

void standardize_reference(const Standardize& standardize, const int16_t* input, int8_t* output);

}  // namespace mote
