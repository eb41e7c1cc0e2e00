// Addition and subtraction for Armv7E-M against the reference kernel.
#include "device/kernels/add/armv7e_m.h"

#include <gtest/gtest.h>

#include "device/kernels/sub/sub.h"
#include "device/kernels/test/draw.h"

namespace mote {
namespace {

Factor draw_factor(Random& random, int least_shift, int most_shift) {
  return {draw(random, 1 << 30, INT32_MAX), draw(random, least_shift, most_shift)};
}

// Mostly as TensorFlow Lite writes them: an input has the factor 1/2, or both have.
Add draw_add(Random& random) {
  Add add;
  const Factor half = {1 << 30, 0};
  const int kind = draw(random, 0, 3);
  add.first = kind == 0 || kind == 1 ? half : draw_factor(random, -31, 0);
  add.second = kind == 0 || kind == 2 ? half : draw_factor(random, -31, 0);
  add.sum = draw(random, 0, 9) == 0 ? draw_factor(random, -31, 1) : draw_factor(random, -22, -16);
  add.first_zero_point = draw(random, -128, 127);
  add.second_zero_point = draw(random, -128, 127);
  add.output_zero_point = draw(random, -128, 127);
  add.low = draw(random, 0, 2) == 0 ? draw(random, -128, 100) : -128;
  add.high = draw(random, 0, 2) == 0 ? draw(random, add.low, 127) : 127;
  add.rounding = draw_rounding(random);
  return add;
}

using Kernel = decltype(&add_armv7e_m);

void expect_equal(Kernel kernel, Kernel reference) {
  Random random(1);
  for (int i = 0; i < 4000; ++i) {
    const Add add = draw_add(random);
    const auto count = static_cast<uint32_t>(draw(random, 0, 300));
    const auto first = draw_int8(random, count), second = draw_int8(random, count);
    std::vector<int8_t> output(count + 1, 77), expected(count);
    kernel(add, first.data(), second.data(), count, output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    output.pop_back();
    reference(add, first.data(), second.data(), count, expected.data());
    ASSERT_EQ(output, expected) << "case " << i;
  }
}

TEST(AddArmv7em, O13_EqualsTheReference) { expect_equal(add_armv7e_m, add_reference); }

TEST(SubArmv7em, O20_EqualsTheReference) { expect_equal(sub_armv7e_m, sub_reference); }

TEST(AddArmv7em, O13_MayWriteOverAnInput) {
  Random random(2);
  for (int i = 0; i < 100; ++i) {
    const Add add = draw_add(random);
    auto first = draw_int8(random, 40), second = draw_int8(random, 40);
    std::vector<int8_t> expected(40);
    add_reference(add, first.data(), second.data(), 40, expected.data());
    std::vector<int8_t>& over = i % 2 == 0 ? first : second;
    add_armv7e_m(add, first.data(), second.data(), 40, over.data());
    ASSERT_EQ(over, expected);
  }
}

}  // namespace
}  // namespace mote
