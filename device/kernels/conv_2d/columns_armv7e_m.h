// The taps under some output pixels, laid out as the sums of products take them.
#pragma once

#include "device/kernels/packed/armv7e_m.h"

namespace mote::armv7e_m {

struct Place {
  uint32_t y, x;
};

// Gathers the columns of `count` output pixels, 1 to 3, to [taps / 4][2][count]. What lies outside the input is its zero point.
void gather(const Convolution& conv, const Rows<const int8_t>& input, const Place* places, uint32_t count, uint32_t* to);

}  // namespace mote::armv7e_m
