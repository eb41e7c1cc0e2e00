// Max pool over int16, plainly: one output place and channel after the other.
#include "device/kernels/max_pool_2d_int16/max_pool_2d_int16.h"

namespace mote {

void max_pool_2d_int16_reference(const Pool2d& pool, const PoolRowsOf<int16_t>& rows) {
  pool_windows(
      pool, rows, INT16_MIN, [](int32_t value, int32_t x) { return x > value ? x : value; },
      [](int32_t value, int32_t) { return value; });
}

}  // namespace mote
