// Average pool on Armv8.1-M with Helium.
#include "device/kernels/average_pool_2d/mve.h"

#include "device/kernels/packed/mve_lanes.h"

namespace mote::armv8_1_m_mve {
namespace {

struct Under {
  Taps rows, columns;
  int32_t count() const { return (rows.last - rows.first) * (columns.last - columns.first); }
};

// Sums of `some` <= 4 channels from `channel` on.
Lanes sum_under(const Pool2d& pool, const Rows<const int8_t>& input, const Under& window, uint32_t channel, uint32_t some) {
  Lanes sum = lanes_of(0);
  const auto left = static_cast<uint32_t>(window.columns.start + window.columns.first);
  for (int32_t row = window.rows.first; row < window.rows.last; ++row) {
    const int8_t* from = input.at(static_cast<uint32_t>(window.rows.start + row)) + left * pool.channels + channel;
    for (int32_t i = window.columns.last - window.columns.first; i > 0; --i, from += pool.channels)
      sum = plus(sum, widen_some(from, some));
  }
  return sum;
}

int32_t mean(int32_t sum, int32_t count) { return (sum < 0 ? sum - count / 2 : sum + count / 2) / count; }

void pool_place(const Pool2d& pool, const Rows<const int8_t>& input, const Under& window, int8_t* output) {
  const int32_t count = window.count();
  for (uint32_t channel = 0; channel < pool.channels; channel += kLanes) {
    const uint32_t left = pool.channels - channel, some = left < kLanes ? left : kLanes;
    int32_t sums[kLanes];
    store_words(sums, sum_under(pool, input, window, channel, some));
    for (uint32_t i = 0; i < some; ++i)
      output[channel + i] = static_cast<int8_t>(clamp(mean(sums[i], count), pool.low, pool.high));
  }
}

}  // namespace

void average_pool_2d(const Pool2d& pool, const Rows<const int8_t>& input, const Rows<int8_t>& output, RowRange range) {
  for (uint32_t y = range.first; y < range.end; ++y) {
    const Taps rows = taps_at(pool.window.height, static_cast<int32_t>(y));
    int8_t* to = output.at(y);
    for (int32_t x = 0; x < pool.window.width.output; ++x, to += pool.channels)
      pool_place(pool, input, {rows, taps_at(pool.window.width, x)}, to);
  }
}

}  // namespace mote::armv8_1_m_mve
