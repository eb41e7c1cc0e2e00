// Addition for Armv8.1-M with Helium against the reference, which add_test.cc holds to the definition.
#include "device/kernels/add/mve.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"

namespace mote::armv8_1_m_mve {
namespace {

Factor draw_factor(Random& random, int least_shift, int most_shift) {
  return {draw(random, 1 << 30, INT32_MAX), draw(random, least_shift, most_shift)};
}

// Mostly what a model has: one factor of 1/2, a smaller one, and a small one for the sum. Otherwise whatever the verifier allows.
mote::Add draw_add(Random& random) {
  mote::Add add;
  add.first_zero_point = draw(random, -128, 127);
  add.second_zero_point = draw(random, -128, 127);
  add.output_zero_point = draw(random, -128, 127);
  add.first = {1 << 30, 0};
  add.second = draw(random, 0, 2) == 0 ? Factor{1 << 30, 0} : draw_factor(random, -6, -1);
  if (draw(random, 0, 1) == 0) std::swap(add.first, add.second);
  add.sum = draw_factor(random, -21, -16);
  if (draw(random, 0, 7) == 0) add.first = draw_factor(random, -8, 0), add.second = draw_factor(random, -8, 0);
  if (draw(random, 0, 15) == 0) add.sum = draw_factor(random, -31, 1);
  add.low = draw(random, 0, 2) == 0 ? draw(random, -128, 100) : -128;
  add.high = draw(random, 0, 2) == 0 ? draw(random, add.low, 127) : 127;
  add.rounding = draw(random, 0, 7) == 0 ? Rounding::single_rounding : Rounding::double_rounding;
  return add;
}

TEST(AddForMve, O13_EqualsTheReference) {
  Random random(1);
  for (int i = 0; i < 5000; ++i) {
    const mote::Add drawn = draw_add(random);
    const auto count = static_cast<uint32_t>(draw(random, 1, 70));
    const std::vector<int8_t> first = draw_int8(random, count), second = draw_int8(random, count);
    std::vector<int8_t> expected(count + 1, 77), output(count + 1, 77);
    add_reference(drawn, first.data(), second.data(), count, expected.data());
    add(drawn, first.data(), second.data(), count, output.data());
    ASSERT_EQ(output, expected) << "case " << i;
    std::vector<int8_t> over = second;
    add(drawn, first.data(), over.data(), count, over.data());
    over.push_back(77);
    ASSERT_EQ(over, expected) << "case " << i << " over an input";
  }
}

}  // namespace
}  // namespace mote::armv8_1_m_mve
