// sub against its definition, in wide integers and in real numbers.
#include "device/kernels/sub/sub.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw_add.h"

namespace mote {
namespace {

TEST(Sub, O20_EqualsTheDefinitionAndTheRealDifference) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const DrawnAdd drawn(random);
    const auto count = static_cast<uint32_t>(draw(random, 1, 60));
    const auto first = draw_int8(random, count), second = draw_int8(random, count);
    std::vector<int8_t> output(count + 1, 77);
    sub_reference(drawn.add, first.data(), second.data(), count, output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (uint32_t at = 0; at < count; ++at) {
      const int64_t difference = drawn.scaled_first(first[at], kAddLeftShift) - drawn.scaled_second(second[at], kAddLeftShift);
      ASSERT_EQ(output[at], drawn.finished(difference)) << "case " << i;
      const double real = drawn.real_first(first[at]) - drawn.real_second(second[at]);
      ASSERT_NEAR(output[at], drawn.finished_real(real), 0.51) << "case " << i;
    }
  }
}

TEST(Sub, O20_MayWriteOverAnInput) {
  Random random(2);
  const DrawnAdd drawn(random);
  const auto first = draw_int8(random, 40);
  auto second = draw_int8(random, 40);
  std::vector<int8_t> apart(40);
  sub_reference(drawn.add, first.data(), second.data(), 40, apart.data());
  sub_reference(drawn.add, first.data(), second.data(), 40, second.data());
  EXPECT_EQ(second, apart);
}

}  // namespace
}  // namespace mote
