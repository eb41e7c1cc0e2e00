// Rows of an input interleaved, and the depthwise sums over them.
//
// VST4 writes a byte of each of four rows side by side, for sixteen channels at once. A tile of four columns is then four words,
// which one gathering load brings together whatever lies between them: sixteen taps of one channel for one VMLADAVA.S8.
#pragma once

#include "device/kernels/packed/armv8_1_m_mve.h"

namespace mote::mve {

// Four rows of int8, read `step` bytes further each time; a row that is not there has step 0.
struct FourRows {
  const int8_t* from[kTile];
  size_t step[kTile];
};

// `times` times: to[4 * i + row] = from[row][i] for i < lanes <= 16, and undefined values for the other lanes; then 64 bytes
// further.
void interleave(FourRows rows, uint32_t times, uint32_t lanes, int8_t* to);

// For each of `places`: sums[place][4] += weights[4][16] * taps, the taps of channel i and column c at plane[i * 4 + c * column
// ... + 4]. From place to place `plane` moves by `step` bytes. With `bias`, four values, the sums begin as these.
void sum_places(const int8_t* weights, const int8_t* plane, uint32_t column, uint32_t step, uint32_t places, const int32_t* bias,
                int32_t* sums);

}  // namespace mote::mve
