// squared_difference against its definition, in wide integers and in real numbers.
#include "device/kernels/squared_difference/squared_difference.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_add.h"

namespace mote {
namespace {

TEST(SquaredDifference, O23_EqualsTheDefinitionAndTheRealSquare) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    DrawnAdd drawn(random);
    const double twice = 2 * std::max(drawn.first_scale, drawn.second_scale);
    drawn.output_scale = random.uniform(0.5, 4) * twice * twice * 64;
    drawn.add.sum = factor_of(twice * twice / ((1 << 2 * kSquaredDifferenceLeftShift) * drawn.output_scale));
    const auto count = static_cast<uint32_t>(draw(random, 1, 60));
    const auto first = draw_int8(random, count), second = draw_int8(random, count);
    std::vector<int8_t> output(count + 1, 77);
    squared_difference_reference(drawn.add, first.data(), second.data(), count, output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (uint32_t at = 0; at < count; ++at) {
      const int64_t difference = drawn.scaled_first(first[at], kSquaredDifferenceLeftShift) -
                                 drawn.scaled_second(second[at], kSquaredDifferenceLeftShift);
      ASSERT_EQ(output[at], drawn.finished(difference * difference)) << "case " << i;
      const double real = drawn.real_first(first[at]) - drawn.real_second(second[at]);
      ASSERT_NEAR(output[at], drawn.finished_real(real * real), 1) << "case " << i;
    }
  }
}

// The largest difference that M38 lets through, and the largest shift: the square still fits.
TEST(SquaredDifference, O23_HoldsAtTheEndsOfTheRange) {
  for (const Rounding rounding : {Rounding::double_rounding, Rounding::single_rounding}) {
    const Add pair{-128, 127, 0, {1 << 30, 0}, {1 << 30, 0}, {INT32_MAX, 1}, -128, 127, rounding};
    const int8_t first = 127, second = -128;
    int8_t output = 0;
    squared_difference_reference(pair, &first, &second, 1, &output);
    EXPECT_EQ(output, 127);
  }
}

TEST(SquaredDifference, O23_MayWriteOverAnInput) {
  Random random(2);
  const DrawnAdd drawn(random);
  const auto first = draw_int8(random, 40);
  auto second = draw_int8(random, 40);
  std::vector<int8_t> apart(40);
  squared_difference_reference(drawn.add, first.data(), second.data(), 40, apart.data());
  squared_difference_reference(drawn.add, first.data(), second.data(), 40, second.data());
  EXPECT_EQ(second, apart);
}

}  // namespace
}  // namespace mote
