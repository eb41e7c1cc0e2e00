// Inputs of a fully connected layer for kernels that read them by words of four.
#pragma once

#include <stdint.h>
#include <string.h>

namespace mote {

inline bool is_whole_words(uint32_t inputs) { return inputs % 4 == 0; }

// A copy of `inputs` bytes, with zeros up to a whole word, in `to`.
inline const int8_t* fill_last_word(const int8_t* from, uint32_t inputs, int8_t* to) {
  memcpy(to, from, inputs);
  memset(to + inputs, 0, (0 - inputs) % 4);
  return to;
}

}  // namespace mote
