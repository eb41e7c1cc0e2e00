// Rows of numbers to the coefficients of a constant matrix: the cosine transform that makes MFCCs of logarithms.
#pragma once

#include <stdint.h>

namespace mote {

// input   int16 [rows, bands]
// matrix  int16 [coefficients, bands], in 1/2^15
// output  int16 [rows, coefficients], must not overlap the input: the products' sum / 2^(15 + shift), rounded, halves upward, and
//         kept within int16 (O46)
struct Dct {
  uint32_t rows, bands, coefficients, shift;  // shift at most 15
  const int16_t* matrix;
};

void dct_reference(const Dct& dct, const int16_t* input, int16_t* output);

}  // namespace mote
