// What max_pool_2d and average_pool_2d share: a window over each channel, and the rules of their nodes.
#pragma once

#include <stddef.h>

#include "device/kernels/node.h"
#include "device/kernels/requantize.h"
#include "device/kernels/window.h"

namespace mote {

// input   int8 [height, width, channels]
// output  int8 [height, width, channels], same scale and zero point, may lie over rows of the input that no later window covers
struct Pool2d {
  Window window;
  uint32_t channels;
  int32_t low, high;  // the fused activation
};

template <typename T>
struct PoolRowsOf {
  Rows<const T> input;
  Rows<T> output;
  RowRange range;
};
using PoolRows = PoolRowsOf<int8_t>;

// Each output place and channel from what lies under its window: `value` begins as `first`, becomes take(value, x) for each x,
// and is stored as finish(value, number of x), clamped.
template <typename T, typename Take, typename Finish>
void pool_windows(const Pool2d& pool, const PoolRowsOf<T>& at, int32_t first, Take take, Finish finish) {
  for (uint32_t y = at.range.first; y < at.range.end; ++y) {
    const Taps rows = taps_at(pool.window.height, static_cast<int32_t>(y));
    T* to = at.output.at(y);
    for (int32_t x = 0; x < pool.window.width.output; ++x) {
      const Taps columns = taps_at(pool.window.width, x);
      const int32_t count = (rows.last - rows.first) * (columns.last - columns.first);
      for (uint32_t channel = 0; channel < pool.channels; ++channel) {
        int32_t value = first;
        for (int32_t row = rows.first; row < rows.last; ++row) {
          const T* from = at.input.at(static_cast<uint32_t>(rows.start + row));
          for (int32_t column = columns.first; column < columns.last; ++column)
            value = take(value, from[static_cast<size_t>(columns.start + column) * pool.channels + channel]);
        }
        *to++ = static_cast<T>(clamp(finish(value, count), pool.low, pool.high));
      }
    }
  }
}

Pool2d pool_of(const NodeView& node);
RowWindow pool_row_window(const NodeView& node);
PoolRows pool_rows(const NodeView& node);

// M19, M25 to M27, M31.
const char* check_pool(const NodeView& node);
// Of these M25, M26 and M31, which do not depend on the type.
const char* check_pool_window(const NodeView& node);

}  // namespace mote
