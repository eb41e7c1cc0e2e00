// max_pool_2d with the channels of a word or of a Helium register side by side against the plain one.
#include <gtest/gtest.h>

#include "device/kernels/max_pool_2d/mve.h"
#include "device/kernels/max_pool_2d/words.h"
#include "device/kernels/test/draw.h"

namespace mote {
namespace {

class MaxPool2dSideBySide : public testing::TestWithParam<void (*)(const Pool2d&, const PoolRows&)> {};

TEST_P(MaxPool2dSideBySide, O7_EqualsTheReferenceRowByRow) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    Pool2d pool;
    pool.window = {draw_axis(random), draw_axis(random)};
    pool.channels = static_cast<uint32_t>(draw(random, 1, i % 10 == 0 ? 70 : 20));
    pool.low = draw(random, 0, 1) == 0 ? -128 : draw(random, -128, 127);
    pool.high = draw(random, 0, 1) == 0 ? 127 : draw(random, pool.low, 127);
    const auto rows = static_cast<uint32_t>(pool.window.height.output);
    const auto input = draw_int8(random, static_cast<size_t>(pool.window.height.input * pool.window.width.input) * pool.channels);
    const auto from = input_rows<const int8_t>(pool.window, pool.channels, input.data());
    std::vector<int8_t> expected(rows * static_cast<size_t>(pool.window.width.output) * pool.channels + 1, 77), output = expected;
    max_pool_2d_reference(pool, {from, output_rows(pool.window, pool.channels, expected.data()), all_rows(pool.window)});
    for (uint32_t y = 0; y < rows; ++y)
      GetParam()(pool, {from, output_rows(pool.window, pool.channels, output.data()), {y, y + 1}});
    ASSERT_EQ(output, expected) << "case " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, MaxPool2dSideBySide, testing::Values(max_pool_2d_by_words, armv8_1_m_mve::max_pool_2d));

}  // namespace
}  // namespace mote
