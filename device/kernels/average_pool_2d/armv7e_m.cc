// Average pool with sums of 16-bit halves: four channels of a word at once.
#include "device/kernels/average_pool_2d/armv7e_m.h"

#include "device/kernels/packed/simd32.h"

namespace mote {
namespace {

constexpr int32_t kMostPlaces = 255;  // whose sum fits into 16 bits

// Under a window: its first row, where in a row it begins, and its places to the right and down.
struct View {
  const Rows<const int8_t>& input;
  uint32_t row;
  size_t start;
  int32_t columns, rows;
};

// Sums over at most kMostPlaces places of four channels: the first and the third, the second and the fourth.
void sum_four(const View& view, uint32_t channel, size_t channels, uint32_t sums[2]) {
  uint32_t even = 0, odd = 0;
  for (int32_t y = 0; y < view.rows; ++y) {
    const int8_t* from = view.input.at(view.row + static_cast<uint32_t>(y)) + view.start + channel;
    for (int32_t x = 0; x < view.columns; ++x, from += channels) {
      const uint32_t word = simd32::load(from);
      even = simd32::sxtab16(even, word);
      odd = simd32::sxtab16_second(odd, word);
    }
  }
  sums[0] = even, sums[1] = odd;
}

int8_t mean_of(int32_t sum, int32_t count, const Pool2d& pool) {
  return static_cast<int8_t>(clamp((sum < 0 ? sum - count / 2 : sum + count / 2) / count, pool.low, pool.high));
}

// The last four channels begin at channels - 4.
void pool_place(const Pool2d& pool, const View& view, int8_t* output) {
  const int32_t count = view.columns * view.rows;
  for (uint32_t channel = 0;; channel += 4) {
    if (channel + 4 > pool.channels) channel = pool.channels - 4;
    uint32_t sums[2];
    sum_four(view, channel, pool.channels, sums);
    output[channel] = mean_of(simd32::low(sums[0]), count, pool);
    output[channel + 1] = mean_of(simd32::low(sums[1]), count, pool);
    output[channel + 2] = mean_of(simd32::high(sums[0]), count, pool);
    output[channel + 3] = mean_of(simd32::high(sums[1]), count, pool);
    if (channel + 4 == pool.channels) return;
  }
}

}  // namespace

void average_pool_2d_armv7e_m(const Pool2d& pool, const PoolRows& at) {
  const Axis &height = pool.window.height, &width = pool.window.width;
  if (pool.channels < 4 || int64_t{height.filter} * width.filter > kMostPlaces) return average_pool_2d_reference(pool, at);
  for (uint32_t y = at.range.first; y < at.range.end; ++y) {
    const Taps rows = taps_at(height, static_cast<int32_t>(y));
    int8_t* output = at.output.at(y);
    for (int32_t x = 0; x < width.output; ++x, output += pool.channels) {
      const Taps columns = taps_at(width, x);
      const size_t start = size_t{static_cast<uint32_t>(columns.start + columns.first)} * pool.channels;
      pool_place(
          pool,
          {at.input, static_cast<uint32_t>(rows.start + rows.first), start, columns.last - columns.first, rows.last - rows.first},
          output);
    }
  }
}

}  // namespace mote
