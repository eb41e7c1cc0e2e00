// Average pool with sums of 16-bit halves: four channels of a word at once.
#include "device/kernels/average_pool_2d/armv7e_m.h"

#include "device/kernels/packed/simd32.h"

namespace mote {
namespace {

constexpr int32_t kMostPlaces = 255;  // whose sum fits into 16 bits

// Under a window: its first value, places to the right and down, and bytes from one to the next.
struct View {
  const int8_t* first;
  int32_t columns, rows;
  size_t step, row_step;
};

// Sums over at most kMostPlaces places of the four channels at `first`: channels 0 and 2, 1 and 3.
void sum_four(const View& view, uint32_t sums[2]) {
  uint32_t even = 0, odd = 0;
  const int8_t* row = view.first;
  for (int32_t y = 0; y < view.rows; ++y, row += view.row_step) {
    const int8_t* from = row;
    for (int32_t x = 0; x < view.columns; ++x, from += view.step) {
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
void pool_place(const Pool2d& pool, View view, int8_t* output) {
  const int32_t count = view.columns * view.rows;
  const int8_t* const first = view.first;
  for (uint32_t channel = 0;; channel += 4) {
    if (channel + 4 > pool.channels) channel = pool.channels - 4;
    uint32_t sums[2];
    view.first = first + channel;
    sum_four(view, sums);
    output[channel] = mean_of(simd32::low(sums[0]), count, pool);
    output[channel + 1] = mean_of(simd32::low(sums[1]), count, pool);
    output[channel + 2] = mean_of(simd32::high(sums[0]), count, pool);
    output[channel + 3] = mean_of(simd32::high(sums[1]), count, pool);
    if (channel + 4 == pool.channels) return;
  }
}

}  // namespace

void average_pool_2d_armv7e_m(const Pool2d& pool, const int8_t* input, int8_t* output) {
  const Axis &height = pool.window.height, &width = pool.window.width;
  if (pool.channels < 4 || int64_t{height.filter} * width.filter > kMostPlaces)
    return average_pool_2d_reference(pool, input, output);
  const size_t step = pool.channels, row_step = step * static_cast<uint32_t>(width.input);
  for (int32_t y = 0; y < height.output; ++y)
    for (int32_t x = 0; x < width.output; ++x, output += pool.channels) {
      const Taps rows = taps_at(height, y), columns = taps_at(width, x);
      const int8_t* first = input + static_cast<uint32_t>(rows.start + rows.first) * row_step +
                            static_cast<uint32_t>(columns.start + columns.first) * step;
      pool_place(pool, {first, columns.last - columns.first, rows.last - rows.first, step, row_step}, output);
    }
}

}  // namespace mote
