// Sums of products of the input with four outputs at a time.
#pragma once

#include "device/kernels/packed/armv7e_m.h"

namespace mote::armv7e_m {

// Adds twice the sums of a chunk of `words` words of input, at least one, to `twice`, and answers where the weights go on.
const uint32_t* add_block(const uint32_t* weights, const int8_t* input, uint32_t words, int32_t* twice);

// Outputs in whole blocks, of an input that is one chunk.
struct Blocks {
  const uint32_t* weights;
  const Requantization* records;
  const int8_t *input, *input_end;
  int8_t* output;
  uint32_t count;
};

template <Rounding kRounding>
void run_blocks(const Blocks& blocks);

}  // namespace mote::armv7e_m
