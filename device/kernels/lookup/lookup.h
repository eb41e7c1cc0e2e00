// Any operator on one int8 activation, element by element, as a table of its 256 results.
#pragma once

#include <stdint.h>

namespace mote {

// input, output: int8 [count]; the output may be the input. table: the result of -128, of -127, ..., of 127 (O14).
void lookup_reference(const int8_t* table, const int8_t* input, uint32_t count, int8_t* output);

}  // namespace mote
