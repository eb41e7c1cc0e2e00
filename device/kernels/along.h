// A tensor seen along one of its dimensions, for operators that work along it: [outer, count, inner].
#pragma once

#include "device/kernels/node.h"

namespace mote {

struct Along {
  uint32_t outer, count, inner;

  // Where the elements of result `at`, of outer * inner, begin; the next is `inner` further.
  size_t first(uint32_t at) const { return size_t{at / inner} * count * inner + at % inner; }
  uint32_t results() const { return outer * inner; }
};

// M51: outer and inner are at least 1, and their product divides the number of elements.
inline bool is_along(const TensorRecord& tensor, int32_t outer, int32_t inner) {
  return outer >= 1 && inner >= 1 && int64_t{outer} * inner <= element_count(tensor) &&
         element_count(tensor) % (int64_t{outer} * inner) == 0;
}

// REQUIRES is_along().
inline Along along(const TensorRecord& tensor, int32_t outer, int32_t inner) {
  const auto before = static_cast<uint32_t>(outer), after = static_cast<uint32_t>(inner);
  return {before, element_count(tensor) / (before * after), after};
}

}  // namespace mote
