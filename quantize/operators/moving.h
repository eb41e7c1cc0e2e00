// What moves elements without a change to them: the walks of strided_copy and strided_place.
#pragma once

#include "device/kernels/strided.h"
#include "quantize/operators/rules.h"

namespace mote {

// The node's walk, whose dense side has `dense` elements and stays within `count` of the other.
Result<Strided> strided_walk(const Node& node, uint64_t dense, uint64_t count);

// Calls visit(dense index, strided index) for each element, in order.
template <typename Visit>
void walk(const Strided& strided, Visit visit) {
  size_t dense = 0;
  for (uint32_t i0 = 0; i0 < strided.extents[0]; ++i0)
    for (uint32_t i1 = 0; i1 < strided.extents[1]; ++i1)
      for (uint32_t i2 = 0; i2 < strided.extents[2]; ++i2)
        for (uint32_t i3 = 0; i3 < strided.extents[3]; ++i3)
          visit(dense++, static_cast<size_t>(strided.at(i0, i1, i2) + static_cast<int32_t>(i3) * strided.strides[3]));
}

}  // namespace mote
