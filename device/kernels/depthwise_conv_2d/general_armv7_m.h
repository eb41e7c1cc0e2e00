// A depthwise filter of any shape, for one row of the output: four channels at a time, straight from the input.
#pragma once

#include "device/kernels/packed/armv7_m.h"

namespace mote::armv7_m {

// `places` has room for every tap of a channel.
void general_row(const Convolution& conv, const Packed& packed, Rounding rounding, const Rows<const int8_t>& input, uint32_t y,
                 int8_t* output, uint32_t* places);

}  // namespace mote::armv7_m
