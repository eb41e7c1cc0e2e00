// The largest, or the least, element along a dimension.
#pragma once

#include "device/kernels/along.h"

namespace mote {

// input   int8 [outer, count, inner]
// output  int8 [outer, inner], same scale and zero point, must not overlap the input (O31)
struct ReduceMax {
  Along view;
  bool least;  // instead of the largest
};

void reduce_max_reference(const ReduceMax& reduce, const int8_t* input, int8_t* output);

}  // namespace mote
