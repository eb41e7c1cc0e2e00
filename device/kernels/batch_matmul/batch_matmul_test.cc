// batch_matmul against its definition.
#include "device/kernels/batch_matmul/batch_matmul.h"

#include <gtest/gtest.h>

#include "device/kernels/batch_matmul/four.h"
#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {
namespace {

struct MatmulCase {
  BatchMatmul product;
  std::vector<int8_t> first, second;

  explicit MatmulCase(Random& random) {
    const auto drawn = [&](int most) { return static_cast<uint32_t>(draw(random, 1, most)); };
    const uint32_t small = drawn(3);
    product.batches = small * drawn(3);
    product.first_batches = draw(random, 0, 1) == 0 ? product.batches : small;
    product.second_batches = draw(random, 0, 1) == 0 ? product.batches : draw(random, 0, 1) == 0 ? small : 1;
    product.rows = drawn(6), product.depth = drawn(draw(random, 0, 9) == 0 ? 200 : 40), product.columns = drawn(11);
    product.first_turned = draw(random, 0, 1) == 1, product.second_turned = draw(random, 0, 1) == 1;
    product.first_zero_point = draw(random, -128, 127), product.second_zero_point = draw(random, -128, 127);
    product.output_zero_point = draw(random, -128, 127);
    product.multiplier = draw(random, 1 << 30, INT32_MAX);
    product.shift = draw(random, 0, 20) == 0 ? draw(random, 1, 7) : draw(random, -14, -6);
    product.rounding = draw_rounding(random);
    first = draw_int8(random, size_t{product.first_batches} * product.rows * product.depth);
    second = draw_int8(random, size_t{product.second_batches} * product.depth * product.columns);
  }

  int64_t element(uint32_t batch, uint32_t row, uint32_t column) const {
    int64_t sum = 0;
    for (uint32_t k = 0; k < product.depth; ++k) {
      const size_t a = (batch % product.first_batches) * product.rows * product.depth +
                       (product.first_turned ? k * product.rows + row : row * product.depth + k);
      const size_t b = (batch % product.second_batches) * product.depth * product.columns +
                       (product.second_turned ? column * product.depth + k : k * product.columns + column);
      sum += int64_t{first[a] - product.first_zero_point} * (second[b] - product.second_zero_point);
    }
    const int64_t scaled = oracle::requantize(sum, product.multiplier, product.shift, product.rounding);
    return oracle::between(-128, scaled + product.output_zero_point, 127);
  }
};

class BatchMatmulOf : public testing::TestWithParam<decltype(&batch_matmul_reference)> {};
INSTANTIATE_TEST_SUITE_P(Kernels, BatchMatmulOf, testing::Values(batch_matmul_reference, batch_matmul_by_four));

TEST_P(BatchMatmulOf, O34_EqualsTheDefinitionOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const MatmulCase one(random);
    std::vector<int8_t> output(size_t{one.product.batches} * one.product.rows * one.product.columns + 1, 77);
    GetParam()(one.product, one.first.data(), one.second.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    size_t at = 0;
    for (uint32_t batch = 0; batch < one.product.batches; ++batch)
      for (uint32_t row = 0; row < one.product.rows; ++row)
        for (uint32_t column = 0; column < one.product.columns; ++column)
          ASSERT_EQ(output[at++], one.element(batch, row, column)) << "case " << i;
  }
}

// [1 2] * [3 4]T = 11.
TEST(BatchMatmul, O34_ByHand) {
  const int8_t first[] = {1, 2}, second[] = {3, 4};
  const BatchMatmul product = {1, 1, 1, 1, 2, 1, false, true, 0, 0, 5, INT32_MAX, 0, Rounding::double_rounding};
  int8_t output = 0;
  batch_matmul_reference(product, first, second, &output);
  EXPECT_EQ(output, 11 + 5);
}

}  // namespace
}  // namespace mote
