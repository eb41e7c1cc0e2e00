// Weighted sums of places, two at a time or one, for many channels: what conv_2d and fully_connected spend their time in.
#pragma once

#include "device/kernels/packed/armv8_1_m_mve.h"

namespace mote::armv8_1_m_mve {

// The taps of output places side by side: runs of bytes, `step` from one to the next.
struct Windows {
  const int8_t* first;
  size_t step;
};

// Each sum is bias + sum of weights * taps. `filters` begins at the first of `blocks`; none of the counts is 0.

// sums[pair][block][2][4]. Reads `vectors` whole vectors of each window.
void dot_pairs(const int8_t* filters, const Windows& windows, uint32_t pairs, uint32_t vectors, uint32_t blocks, int32_t* sums);

// sums[block][4]. Reads `taps` bytes of the window and no more.
void dot_one(const int8_t* filters, const int8_t* window, uint32_t taps, uint32_t blocks, int32_t* sums);

}  // namespace mote::armv8_1_m_mve
