// Average pool over int16, plainly: one output place and channel after the other.
#include "device/kernels/average_pool_2d_int16/average_pool_2d_int16.h"

namespace mote {

void average_pool_2d_int16_reference(const Pool2d& pool, const PoolRowsOf<int16_t>& rows) {
  pool_windows(
      pool, rows, 0, [](int32_t sum, int32_t x) { return sum + x; },
      [](int32_t sum, int32_t count) { return (sum < 0 ? sum - count / 2 : sum + count / 2) / count; });
}

}  // namespace mote
