// The larger of two operands of one scale and zero point.
#pragma once

#include <stdint.h>

namespace mote {

// first, second, output: int8 [count]; the output may be one of the inputs. Quanta are compared as they are (O22).
void maximum_reference(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

}  // namespace mote
