// Random strided walks that stay inside a tensor, for the tests of kernels that walk so.
#pragma once

#include "device/kernels/strided.h"
#include "device/kernels/test/draw.h"

namespace mote {

struct DrawnStrided {
  Strided strided{};
  uint32_t dense = 1;  // elements of the dense side
  uint32_t count;      // elements of the other: as few as the walk needs, or some more

  explicit DrawnStrided(Random& random) {
    int32_t lowest = 0, highest = 0;
    for (int k = 0; k < 4; ++k) {
      strided.extents[k] = static_cast<uint32_t>(draw(random, 1, 5));
      strided.strides[k] = draw(random, 0, 3) == 0 ? 1 : draw(random, -7, 7);
      dense *= strided.extents[k];
      const int32_t reach = static_cast<int32_t>(strided.extents[k] - 1) * strided.strides[k];
      (reach < 0 ? lowest : highest) += reach;
    }
    strided.offset = draw(random, 0, 3) - lowest;
    count = static_cast<uint32_t>(strided.offset + highest + 1 + draw(random, 0, 1) * draw(random, 0, 5));
  }

  // Of each element of the dense side, in its order, the element of the other.
  std::vector<uint32_t> places() const {
    std::vector<uint32_t> all;
    for (uint32_t i = 0; i < dense; ++i) {
      uint32_t rest = i;
      int64_t at = strided.offset;
      for (int k = 3; k >= 0; --k) {
        at += int64_t{rest % strided.extents[k]} * strided.strides[k];
        rest /= strided.extents[k];
      }
      all.push_back(static_cast<uint32_t>(at));
    }
    return all;
  }
};

template <typename T>
std::vector<T> draw_bits(Random& random, size_t count) {
  std::vector<T> values(count);
  for (T& value : values) value = static_cast<T>(random.next());
  return values;
}

}  // namespace mote
