// Sums of products of activations with four output channels at a time (packed/armv7_m.h).
#pragma once

#include "device/kernels/packed/armv7_m.h"

namespace mote::armv7_m {

// Adds the sums of a chunk, which start at `start`, to those of four channels. Answers where the weights go on.
const int8_t* add_block(const int8_t* weights, const int8_t* inputs, uint32_t taps, int32_t start, int32_t* sums);

// Outputs in whole blocks, of inputs that are one chunk.
struct Blocks {
  const int8_t* weights;
  const Requantization* records;
  const int8_t *inputs, *inputs_end;
  int32_t start;
  int8_t *output, *output_end;
  Rounding rounding;
};

void run_blocks(const Blocks& blocks);

}  // namespace mote::armv7_m
