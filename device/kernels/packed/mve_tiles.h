// The steps of a depthwise convolution: rows of an input interleaved, then sums over tiles of them.
//
// VST4 writes a byte of each of four rows side by side, for sixteen channels at once. A column of four rows is then a word, and
// one gathering load brings four words together whatever lies between them: sixteen taps of one channel for one VMLADAVA.S8.
#pragma once

#include "device/kernels/packed/armv8_1_m_mve.h"
#include "device/kernels/packed/mve_scale.h"

namespace mote::armv8_1_m_mve {

// Four rows of int8, read `step` bytes further each time; a row that is not there is sixteen bytes with step 0.
struct FourRows {
  const int8_t* from[kTile];
  uint32_t step[kTile];
};

// `times` times: to[4 * i + row] = from[row][i] for i < lanes <= 16, and undefined values for the other lanes; then 64 bytes
// further.
void interleave(const FourRows& rows, uint32_t times, uint32_t lanes, int8_t* to);

// Output places side by side. Channel i of place p has word w of its tile, four rows of one byte, at
// planes[words[w] + 4 * i + p * step].
struct TilePlaces {
  const int8_t* planes;
  const uint32_t* words;
  uint32_t step;   // bytes from place to place
  uint32_t count;  // at least 1
};

// What filters of one tile make: `blocks` whole blocks of channels, from `filters` and `scales` of the first, to output places
// `output_step` apart.
void run_tile(const int8_t* filters, const int32_t* scales, const TilePlaces& places, uint32_t blocks, const Ending& ending,
              int8_t* output, uint32_t output_step);

// The same in steps, for filters of several tiles: sums[place][4] += weights[4][16] * taps of one block. With `bias`, four
// values, the sums begin as these.
void sum_tile(const int8_t* weights, const TilePlaces& places, const int32_t* bias, int32_t* sums);

}  // namespace mote::armv8_1_m_mve
