// The pools on int16 against their definitions.
#include "device/kernels/average_pool_2d_int16/average_pool_2d_int16.h"

#include <gtest/gtest.h>

#include "device/kernels/max_pool_2d_int16/max_pool_2d_int16.h"
#include "device/kernels/test/draw_wide.h"

namespace mote {
namespace {

// The values under each window, place by place and channel by channel.
std::vector<std::vector<int64_t>> windows_of(const Pool2d& pool, const std::vector<int16_t>& input) {
  const Axis &height = pool.window.height, &width = pool.window.width;
  const int channels = static_cast<int>(pool.channels);
  std::vector<std::vector<int64_t>> all;
  for (int y = 0; y < height.output; ++y)
    for (int x = 0; x < width.output; ++x)
      for (int c = 0; c < channels; ++c) {
        all.emplace_back();
        for (int i = 0; i < height.input; ++i)
          for (int j = 0; j < width.input; ++j) {
            const int row = i - y * height.stride + height.pad, column = j - x * width.stride + width.pad;
            if (row >= 0 && row < height.filter && column >= 0 && column < width.filter)
              all.back().push_back(input[static_cast<size_t>((i * width.input + j) * channels + c)]);
          }
      }
  return all;
}

TEST(PoolsInt16, O47_EqualTheDefinitionOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    Pool2d pool;
    pool.window = {draw_axis(random), draw_axis(random)};
    pool.channels = static_cast<uint32_t>(draw(random, 1, 6));
    pool.low = i % 3 == 0 ? draw(random, -32768, 32767) : -32768;
    pool.high = i % 3 == 0 ? draw(random, pool.low, 32767) : 32767;
    const std::vector<int16_t> input =
        draw_int16(random, static_cast<size_t>(pool.window.height.input * pool.window.width.input) * pool.channels);
    std::vector<int16_t> largest, average;
    for (const std::vector<int64_t>& window : windows_of(pool, input)) {
      const auto count = static_cast<int64_t>(window.size());
      int64_t sum = 0;
      for (const int64_t value : window) sum += value;
      const int64_t half = sum < 0 ? -((-2 * sum + count) / (2 * count)) : (2 * sum + count) / (2 * count);
      largest.push_back(
          static_cast<int16_t>(oracle::between(pool.low, *std::max_element(window.begin(), window.end()), pool.high)));
      average.push_back(static_cast<int16_t>(oracle::between(pool.low, half, pool.high)));
    }
    const auto rows = [&](int16_t* output) {
      return PoolRowsOf<int16_t>{input_rows<const int16_t>(pool.window, pool.channels, input.data()),
                                 output_rows<int16_t>(pool.window, pool.channels, output), all_rows(pool.window)};
    };
    ASSERT_EQ(run_guarded<int16_t>(largest.size(), [&](int16_t* to) { max_pool_2d_int16_reference(pool, rows(to)); }), largest)
        << "case " << i;
    ASSERT_EQ(run_guarded<int16_t>(average.size(), [&](int16_t* to) { average_pool_2d_int16_reference(pool, rows(to)); }),
              average)
        << "case " << i;
  }
}

TEST(PoolsInt16, M30_AveragesAsManyPlacesAsTheRulesAllow) {
  const std::vector<int16_t> input(static_cast<size_t>(kMostWidePlaces), -32768);
  Pool2d pool;
  pool.window = {{1, 1, 1, 0, 1}, {kMostWidePlaces, kMostWidePlaces, 1, 0, 1}};
  pool.channels = 1;
  pool.low = -32768;
  pool.high = 32767;
  int16_t output = 0;
  average_pool_2d_int16_reference(pool, {input_rows<const int16_t>(pool.window, 1, input.data()),
                                         output_rows<int16_t>(pool.window, 1, &output), all_rows(pool.window)});
  EXPECT_EQ(output, -32768);
}

}  // namespace
}  // namespace mote
