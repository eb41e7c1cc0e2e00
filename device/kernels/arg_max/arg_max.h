// Where along a dimension the largest, or the least, element stands.
#pragma once

#include "device/kernels/along.h"

namespace mote {

// input   int8 [outer, count, inner]
// output  int32 [outer, inner], must not overlap the input; of equal elements the first (O32)
struct ArgMax {
  Along view;
  bool least;  // instead of the largest
};

void arg_max_reference(const ArgMax& arg_max, const int8_t* input, int32_t* output);

}  // namespace mote
