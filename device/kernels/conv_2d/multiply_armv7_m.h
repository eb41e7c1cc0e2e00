// The sums of products of two or three output pixels with every output channel, requantized.
#pragma once

#include "device/kernels/packed/armv7_m.h"

namespace mote::armv7_m {

// The assembler knows the places of the members, and moves on what is marked so.
struct Pixels {
  const int8_t* weights;          // in blocks of two channels
  const Requantization* records;  // moves
  const int32_t* columns;         // the gathered taps: [taps][pixels]
  const int32_t* end;             // of the columns
  uint32_t skip;                  // bytes of code before the taps that the first turn of the loop takes
  uint32_t single_rounding;       // 0 or 1
  int32_t channels;               // left to compute; moves
  int8_t* outputs[kMostColumns];  // one per pixel; moves
};
static_assert(kMostColumns == 3, "as the assembler has it");

// `count` pixels, 2 or 3.
void multiply(Pixels& pixels, uint32_t count, Rounding rounding);

}  // namespace mote::armv7_m
