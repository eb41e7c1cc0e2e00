// strided_copy against its definition, in elements of each width.
#include "device/kernels/strided_copy/strided_copy.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_strided.h"

namespace mote {
namespace {

template <typename T>
class StridedCopy : public testing::Test {};
using Widths = testing::Types<uint8_t, uint16_t, uint32_t>;
TYPED_TEST_SUITE(StridedCopy, Widths);

TYPED_TEST(StridedCopy, O16_TakesTheElementThatTheStridesName) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const DrawnStrided drawn(random);
    const auto input = draw_bits<TypeParam>(random, drawn.count);
    std::vector<TypeParam> output(drawn.dense + 1, TypeParam{77});
    ASSERT_TRUE(is_inside(drawn.strided, drawn.count));
    strided_copy_reference(drawn.strided, input.data(), output.data());
    ASSERT_EQ(output.back(), TypeParam{77}) << "wrote past the end";
    const auto places = drawn.places();
    for (uint32_t at = 0; at < drawn.dense; ++at) ASSERT_EQ(output[at], input[places[at]]) << "case " << i;
  }
}

TEST(Strided, M39_KnowsWhatLiesInside) {
  Random random(2);
  int inside = 0;
  for (int i = 0; i < 4000; ++i) {
    DrawnStrided drawn(random);
    drawn.strided.offset += draw(random, -8, 8);
    bool all = true;
    int64_t last = drawn.strided.offset;
    for (uint32_t at = 0; at < drawn.dense; ++at) {
      uint32_t rest = at;
      last = drawn.strided.offset;
      for (int k = 3; k >= 0; --k) {
        last += int64_t{rest % drawn.strided.extents[k]} * drawn.strided.strides[k];
        rest /= drawn.strided.extents[k];
      }
      all = all && last >= 0 && last < drawn.count;
    }
    ASSERT_EQ(is_inside(drawn.strided, drawn.count), all) << "case " << i;
    inside += all;
  }
  EXPECT_GT(inside, 500);
  EXPECT_LT(inside, 3500);
}

TEST(Strided, M39_SurvivesTheEndsOfTheRange) {
  for (const int32_t stride : {INT32_MIN, INT32_MAX})
    for (const int32_t offset : {INT32_MIN, 0, INT32_MAX}) {
      const Strided vast{{1u << 28, 1u << 28, 1u << 28, 1u << 28}, {stride, stride, stride, stride}, offset};
      EXPECT_FALSE(is_inside(vast, 1u << 28));
    }
}

}  // namespace
}  // namespace mote
