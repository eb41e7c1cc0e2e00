// Weighted sums of one or two places for many channels: what conv_2d and fully_connected spend their time in.
#pragma once

#include "device/kernels/packed/armv8_1_m_mve.h"

namespace mote::mve {

// sums[block][place][4] = bias + sum of weights * place. `filters` begins at the first of `blocks`.

// Two places, sums[block][2][4]. Reads `vectors` whole vectors of each.
void dot_two(const int8_t* filters, const int8_t* first, const int8_t* second, uint32_t vectors, uint32_t blocks, int32_t* sums);

// One place, sums[block][4]. Reads `taps` bytes of it and no more.
void dot_one(const int8_t* filters, const int8_t* place, uint32_t taps, uint32_t blocks, int32_t* sums);

}  // namespace mote::mve
