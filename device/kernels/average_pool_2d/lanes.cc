// Average pool with the channels side by side.
#include "device/kernels/average_pool_2d/lanes.h"

namespace mote {

void average_pool_2d_by_lanes(const Pool2d& pool, const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange range) {
  pool_by_lanes(
      pool, input, output, range, 0, [](int32_t sum, int32_t x) { return sum + x; },
      [](int32_t sum, int32_t count) { return (sum < 0 ? sum - count / 2 : sum + count / 2) / count; });
}

}  // namespace mote
