// Pools row by row, from a ring of input rows into one output row, as a plan may have them run.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "device/kernels/test/draw.h"

namespace mote {

// `kernel` gives what `reference` gives on whole tensors, for random pools.
template <typename Reference, typename Kernel>
void expect_equal_from_rings(Reference reference, Kernel kernel) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    Pool2d pool;
    pool.window = {draw_axis(random), draw_axis(random)};
    pool.channels = static_cast<uint32_t>(draw(random, 1, i % 10 == 0 ? 200 : 6));
    pool.low = draw(random, -128, 127);
    pool.high = draw(random, pool.low, 127);
    const Axis& height = pool.window.height;
    const size_t row = static_cast<size_t>(pool.window.width.input) * pool.channels;
    const size_t output_row = static_cast<size_t>(pool.window.width.output) * pool.channels;
    const auto input = draw_int8(random, static_cast<size_t>(height.input) * row);
    std::vector<int8_t> expected(static_cast<size_t>(height.output) * output_row);
    reference(pool, {input_rows<const int8_t>(pool.window, pool.channels, input.data()),
                     output_rows<int8_t>(pool.window, pool.channels, expected.data()), all_rows(pool.window)});
    std::vector<int8_t> ring(static_cast<size_t>(height.filter) * row), output(output_row + 1, 77);
    for (int y = 0; y < height.output; ++y) {
      const Taps taps = taps_at(height, y);
      for (int tap = taps.first; tap < taps.last; ++tap)
        std::copy_n(input.begin() + (taps.start + tap) * static_cast<int>(row), row,
                    ring.begin() + (taps.start + tap) % height.filter * static_cast<int>(row));
      const auto place = static_cast<uint32_t>(y);
      kernel(pool, {ring.data(), static_cast<uint32_t>(height.filter), row}, {output.data(), 1, output_row}, {place, place + 1});
      ASSERT_EQ(output.back(), 77) << "wrote past the end";
      ASSERT_TRUE(std::equal(output.begin(), output.end() - 1, expected.begin() + y * static_cast<int>(output_row)))
          << "case " << i << " row " << y;
    }
  }
}

}  // namespace mote
