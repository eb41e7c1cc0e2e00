// Reductions over places with the channels side by side, which a compiler turns into vectors: for hosts.
#pragma once

#include "device/kernels/pool.h"
#include "device/kernels/rows.h"

namespace mote {

constexpr uint32_t kLanes = 64;  // channels at once

// As pool_windows, by channels: the values of up to kLanes channels go over the window together.
template <typename Take, typename Finish>
void pool_by_lanes(const Pool2d& pool, const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange range, int32_t first,
                   Take take, Finish finish) {
  int32_t values[kLanes];
  for (uint32_t y = range.first; y < range.end; ++y) {
    const Taps rows = taps_at(pool.window.height, static_cast<int32_t>(y));
    for (int32_t x = 0; x < pool.window.width.output; ++x) {
      const Taps columns = taps_at(pool.window.width, x);
      const int32_t count = (rows.last - rows.first) * (columns.last - columns.first);
      int8_t* to = output.at(y) + static_cast<size_t>(x) * pool.channels;
      for (uint32_t channel = 0; channel < pool.channels; channel += kLanes) {
        const uint32_t left = pool.channels - channel, lanes = left < kLanes ? left : kLanes;
        for (uint32_t lane = 0; lane < lanes; ++lane) values[lane] = first;
        for (int32_t row = rows.first; row < rows.last; ++row) {
          const int8_t* from = input.at(static_cast<uint32_t>(rows.start + row)) + channel;
          for (int32_t column = columns.first; column < columns.last; ++column) {
            const int8_t* place = from + static_cast<size_t>(columns.start + column) * pool.channels;
            for (uint32_t lane = 0; lane < lanes; ++lane) values[lane] = take(values[lane], place[lane]);
          }
        }
        for (uint32_t lane = 0; lane < lanes; ++lane)
          to[channel + lane] = static_cast<int8_t>(clamp(finish(values[lane], count), pool.low, pool.high));
      }
    }
  }
}

}  // namespace mote
