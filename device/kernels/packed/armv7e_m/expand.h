// Activations as the sums of products take them: each word of four becomes one of (p, p') and one of (v, v') (packed/armv7e_m.h).
#pragma once

#include "device/kernels/packed/simd32.h"

namespace mote::armv7e_m {

// A column among `columns` that lie side by side: the first words of all of them, then the second words. Answers where the column
// goes on.
inline uint32_t* put_word(uint32_t word, uint32_t* to, uint32_t columns) {
  to[0] = simd32::sxtb16(word);
  to[columns] = word ^ 0x007F007F;
  return to + 2 * columns;
}

uint32_t* expand(const int8_t* from, uint32_t words, uint32_t* to, uint32_t columns);

// As many words, at least one, of each of three columns.
uint32_t* expand_three(const int8_t* a, const int8_t* b, const int8_t* c, uint32_t words, uint32_t* to);

}  // namespace mote::armv7e_m
