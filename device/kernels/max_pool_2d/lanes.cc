// Max pool with the channels side by side.
#include "device/kernels/max_pool_2d/lanes.h"

namespace mote {

void max_pool_2d_by_lanes(const Pool2d& pool, const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange range) {
  pool_by_lanes(
      pool, input, output, range, INT8_MIN, [](int32_t value, int32_t x) { return x > value ? x : value; },
      [](int32_t value, int32_t) { return value; });
}

}  // namespace mote
