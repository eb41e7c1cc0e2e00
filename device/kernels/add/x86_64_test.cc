// Addition with the vectors of x86-64 against the plain one.
#include "device/kernels/add/x86_64.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

Factor x86_factor_of(double real) {
  int exponent = 0;
  const double fraction = std::frexp(real, &exponent);
  return {static_cast<int32_t>(std::min(std::round(fraction * 2147483648.0), 2147483647.0)), exponent};
}

// The factor of the larger scale is 1/2, except in some cases that only a hand-made file has.
Add draw_x86_add(Random& random) {
  const double first = random.uniform(0.01, 1), second = draw(random, 0, 9) == 0 ? first : random.uniform(0.01, 1);
  const double twice = 2 * std::max(first, second);
  Add add;
  add.first_zero_point = draw(random, -128, 127);
  add.second_zero_point = draw(random, -128, 127);
  add.output_zero_point = draw(random, -128, 127);
  add.first = x86_factor_of(first / twice);
  add.second = x86_factor_of(second / twice);
  add.sum = x86_factor_of(twice / ((1 << kAddLeftShift) * random.uniform(0.001, 1)));
  if (draw(random, 0, 9) == 0) add.first.multiplier = (1 << 30) + draw(random, 0, 1 << 29);
  if (draw(random, 0, 9) == 0) add.second.shift = -draw(random, 0, 31);
  if (draw(random, 0, 9) == 0) add.sum = {(1 << 30) + draw(random, 0, 1 << 29), -draw(random, -1, 31)};
  add.low = draw(random, 0, 2) == 0 ? draw(random, -128, 100) : -128;
  add.high = draw(random, 0, 2) == 0 ? draw(random, add.low, 127) : 127;
  add.rounding = draw_rounding(random);
  return add;
}

TEST(AddX86, O13_EqualsTheReferenceByAllInstructionsAndMayWriteOverAnInput) {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const Add add = draw_x86_add(random);
    const auto count = static_cast<uint32_t>(draw(random, 0, 70));
    const std::vector<int8_t> first = draw_int8(random, count), second = draw_int8(random, count);
    std::vector<int8_t> expected(count);
    add_reference(add, first.data(), second.data(), count, expected.data());
    expected.push_back(77);
    for (uint32_t place = 0; const x86_64::Instructions* machine = x86_64::find_instructions(place); ++place) {
      std::vector<int8_t> output(count + 1, 77), over_first = first, over_second = second;
      over_first.push_back(77);
      over_second.push_back(77);
      x86_64::add(*machine, add, first.data(), second.data(), count, output.data());
      x86_64::add(*machine, add, over_first.data(), second.data(), count, over_first.data());
      x86_64::add(*machine, add, first.data(), over_second.data(), count, over_second.data());
      ASSERT_EQ(output, expected) << x86_64::name_of(*machine) << ", case " << i;
      ASSERT_EQ(over_first, expected) << x86_64::name_of(*machine) << ", case " << i;
      ASSERT_EQ(over_second, expected) << x86_64::name_of(*machine) << ", case " << i;
    }
  }
}

// All pairs of inputs, at ties: the sum of the two is halved.
TEST(AddX86, O13_EqualsTheReferenceOnAllPairs) {
  std::vector<int8_t> first, second;
  for (int a = -128; a <= 127; ++a)
    for (int b = -128; b <= 127; ++b) first.push_back(static_cast<int8_t>(a)), second.push_back(static_cast<int8_t>(b));
  const auto count = static_cast<uint32_t>(first.size());
  for (const Rounding rounding : {Rounding::double_rounding, Rounding::single_rounding})
    for (const double ratio : {1.0, 0.5, 0.75, 0.123}) {
      const Add add = {0,    3,   -2,      x86_factor_of(0.5 * ratio), x86_factor_of(0.5), x86_factor_of(std::ldexp(1, -20)),
                       -128, 127, rounding};
      std::vector<int8_t> expected(count), output(count);
      add_reference(add, first.data(), second.data(), count, expected.data());
      for (uint32_t place = 0; const x86_64::Instructions* machine = x86_64::find_instructions(place); ++place) {
        x86_64::add(*machine, add, first.data(), second.data(), count, output.data());
        EXPECT_EQ(output, expected) << x86_64::name_of(*machine);
      }
    }
}

}  // namespace
}  // namespace mote
