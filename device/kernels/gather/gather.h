// Slices of a tensor along one of its dimensions, in an order and a number that a constant gives.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {

// input: [outer, axis, inner]; output: [outer, count, inner]; output[o, j, i] = input[o, indices[j], i] (O19). `inner` counts
// bytes. Output and input must not overlap. REQUIRES 0 <= indices[j] < axis.
struct Gather {
  uint32_t outer, axis;
  size_t inner;
  const int32_t* indices;
  uint32_t count;
};

void gather_reference(const Gather& gather, const uint8_t* input, uint8_t* output);

}  // namespace mote
