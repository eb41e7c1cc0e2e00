// Max pool, plainly: one output place and channel after the other.
#include "device/kernels/max_pool_2d/max_pool_2d.h"

namespace mote {

void max_pool_2d_reference(const Pool2d& pool, const PoolRows& rows) {
  pool_windows(
      pool, rows, INT8_MIN, [](int32_t value, int32_t x) { return x > value ? x : value; },
      [](int32_t value, int32_t) { return value; });
}

}  // namespace mote
