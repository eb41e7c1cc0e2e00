// Average pool, plainly: one output place and channel after the other.
#include <stddef.h>

#include "device/kernels/average_pool_2d/average_pool_2d.h"
#include "device/kernels/requantize.h"

namespace mote {
namespace {

int32_t sum_at(const Pool2d& pool, const int8_t* input, const Taps& rows, const Taps& columns) {
  int32_t sum = 0;
  for (int32_t row = rows.first; row < rows.last; ++row) {
    const int32_t from = (rows.start + row) * pool.window.width.input + columns.start;
    for (int32_t column = columns.first; column < columns.last; ++column)
      sum += input[static_cast<size_t>(from + column) * pool.channels];
  }
  return sum;
}

}  // namespace

void average_pool_2d_reference(const Pool2d& pool, const int8_t* input, int8_t* output) {
  for (int32_t y = 0; y < pool.window.height.output; ++y) {
    const Taps rows = taps_at(pool.window.height, y);
    for (int32_t x = 0; x < pool.window.width.output; ++x) {
      const Taps columns = taps_at(pool.window.width, x);
      const int32_t places = (rows.last - rows.first) * (columns.last - columns.first);
      for (uint32_t channel = 0; channel < pool.channels; ++channel) {
        const int32_t sum = sum_at(pool, input + channel, rows, columns);
        const int32_t mean = (sum < 0 ? sum - places / 2 : sum + places / 2) / places;
        *output++ = static_cast<int8_t>(clamp(mean, pool.low, pool.high));
      }
    }
  }
}

}  // namespace mote
