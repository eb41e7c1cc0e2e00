// Average pool, plainly: one output place and channel after the other.
#include "device/kernels/average_pool_2d/average_pool_2d.h"

namespace mote {

void average_pool_2d_reference(const Pool2d& pool, const int8_t* input, int8_t* output) {
  pool_windows(
      pool, input, output, 0, [](int32_t sum, int32_t x) { return sum + x; },
      [](int32_t sum, int32_t count) { return (sum < 0 ? sum - count / 2 : sum + count / 2) / count; });
}

}  // namespace mote
