// The larger and the smaller of two int8 operands, some elements at once: for maximum and minimum.
#pragma once

#include <stdint.h>

namespace mote {

// maximum_reference and minimum_reference, to the byte: the four elements of a word at once.
void larger_by_words(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);
void smaller_by_words(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

namespace armv8_1_m_mve {

// Likewise, sixteen at once with Helium.
void larger_of(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);
void smaller_of(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

}  // namespace armv8_1_m_mve
}  // namespace mote
