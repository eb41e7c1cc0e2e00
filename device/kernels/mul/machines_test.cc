// Multiplication for Armv7E-M and for Helium against the reference, which mul_test.cc holds to the definition.
#include <gtest/gtest.h>

#include "device/kernels/mul/armv7e_m.h"
#include "device/kernels/mul/mve.h"
#include "device/kernels/test/draw.h"

namespace mote {
namespace {

Mul draw_mul(Random& random) {
  Mul mul;
  mul.first_zero_point = draw(random, -128, 127);
  mul.second_zero_point = draw(random, -128, 127);
  mul.output_zero_point = draw(random, -128, 127);
  mul.multiplier = draw(random, 0, 9) == 0 ? draw(random, 1, INT32_MAX) : draw(random, 1 << 30, INT32_MAX);
  mul.shift = draw(random, 0, 4) == 0 ? draw(random, -31, kMostMulShift) : draw(random, -12, -1);
  mul.low = draw(random, 0, 2) == 0 ? draw(random, -128, 100) : -128;
  mul.high = draw(random, 0, 2) == 0 ? draw(random, mul.low, 127) : 127;
  mul.rounding = draw_rounding(random);
  return mul;
}

class MulOfMachines : public testing::TestWithParam<decltype(&mul_reference)> {};

TEST_P(MulOfMachines, O21_EqualsTheReferenceAlsoOverAnInput) {
  Random random(1);
  for (int i = 0; i < 6000; ++i) {
    const Mul mul = draw_mul(random);
    const auto count = static_cast<uint32_t>(draw(random, 0, 70));
    const auto first = draw_int8(random, count), second = draw_int8(random, count);
    std::vector<int8_t> output(count + 1, 77), expected = output;
    GetParam()(mul, first.data(), second.data(), count, output.data());
    mul_reference(mul, first.data(), second.data(), count, expected.data());
    ASSERT_EQ(output, expected) << "case " << i;
    std::vector<int8_t> over = second;
    GetParam()(mul, first.data(), over.data(), count, over.data());
    over.push_back(77);
    ASSERT_EQ(over, expected) << "case " << i << " over an input";
  }
}

INSTANTIATE_TEST_SUITE_P(Machines, MulOfMachines, testing::Values(mul_armv7e_m, armv8_1_m_mve::mul));

}  // namespace
}  // namespace mote
