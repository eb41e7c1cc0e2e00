// The sums of products of a few output pixels with every output channel, requantized.
#pragma once

#include "device/kernels/packed/armv7e_m.h"

namespace mote::armv7e_m {

// Up to three pixels side by side. The assembler knows the places of the members, and moves on what is marked so.
struct Pixels {
  const uint32_t* weights;        // moves
  const Requantization* records;  // moves
  const uint32_t* columns;        // the expanded taps: per four taps [2][pixels]
  const uint32_t* end;            // of the columns
  uint32_t skip;                  // of a turn of the loop, which takes sixteen taps: bytes of code before the first four taps
  int32_t channels;               // left to compute; moves
  int8_t* outputs[kMostColumns];  // one per pixel; moves
};
static_assert(kMostColumns == 3, "as the assembler has it");

// `count` pixels, 1 to 3. Sums of more than one pixel must not leave 24 bits (packed/armv7e_m.h).
void multiply(Pixels& pixels, uint32_t count, Rounding rounding);

}  // namespace mote::armv7e_m
