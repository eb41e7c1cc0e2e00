// Average pool for Armv8.1-M with Helium against the reference, which average_pool_2d_test.cc holds to the definition.
#include "device/kernels/average_pool_2d/mve.h"

#include <gtest/gtest.h>

#include "device/kernels/average_pool_2d/average_pool_2d.h"
#include "device/kernels/test/draw.h"

namespace mote::armv8_1_m_mve {
namespace {

TEST(AveragePoolForMve, O12_EqualsTheReferenceRowByRow) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    Pool2d pool;
    pool.window = {draw_axis(random), draw_axis(random)};
    pool.channels = static_cast<uint32_t>(draw(random, 1, 20));
    pool.low = draw(random, -128, 127);
    pool.high = draw(random, pool.low, 127);
    const size_t input_row = static_cast<size_t>(pool.window.width.input) * pool.channels;
    const size_t output_row = static_cast<size_t>(pool.window.width.output) * pool.channels;
    const auto rows = static_cast<uint32_t>(pool.window.height.input), outputs = static_cast<uint32_t>(pool.window.height.output);
    const std::vector<int8_t> input = draw_int8(random, rows * input_row);
    std::vector<int8_t> expected(outputs * output_row + 1, 77), output = expected;
    average_pool_2d_reference(pool, {{input.data(), rows, input_row}, {expected.data(), outputs, output_row}, {0, outputs}});
    for (uint32_t y = 0; y < outputs; ++y)
      average_pool_2d(pool, {input.data(), rows, input_row}, {output.data(), outputs, output_row}, {y, y + 1});
    ASSERT_EQ(output, expected) << "case " << i;
  }
}

}  // namespace
}  // namespace mote::armv8_1_m_mve
