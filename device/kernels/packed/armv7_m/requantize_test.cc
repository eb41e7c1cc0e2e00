// Requantization against its definition.
#include "device/kernels/packed/armv7_m/requantize.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote::armv7_m {
namespace {

int8_t defined(int32_t sum, int32_t bias, int32_t multiplier, int32_t shift, int32_t zero_point, Rounding rounding) {
  return static_cast<int8_t>(
      oracle::between(-128, oracle::requantize(int64_t{sum} + bias, multiplier, -shift, rounding) + zero_point, 127));
}

void expect_defined(int32_t sum, int32_t bias, int32_t multiplier, int32_t shift, int32_t zero_point) {
  const Requantization record = {2 * bias, multiplier, (1 << (shift - 1)) + zero_point * (1 << shift), shift};
  ASSERT_EQ(requantize(sum, record, Rounding::double_rounding),
            defined(sum, bias, multiplier, shift, zero_point, Rounding::double_rounding))
      << sum << " " << bias << " " << multiplier << " " << shift;
  ASSERT_EQ(requantize(sum, record, Rounding::single_rounding),
            defined(sum, bias, multiplier, shift, zero_point, Rounding::single_rounding))
      << sum << " " << bias << " " << multiplier << " " << shift;
}

TEST(RequantizeArmv7m, O1_O2_EqualTheDefinition) {
  Random random(1);
  for (int i = 0; i < 40000; ++i) {
    const int shift = draw(random, kLeastShift, kMostShift), zero_point = draw(random, -128, 127);
    const int multiplier = draw(random, 1 << 30, INT32_MAX);
    const int reach = draw(random, 0, 9) == 0 ? (1 << 29) - 1 : std::min(300 << shift, (1 << 29) - 1);
    expect_defined(draw(random, -reach, reach), draw(random, -reach, reach), multiplier, shift, zero_point);
  }
}

// With a multiplier of 2^30 the products are halves, and those in the middle between two outputs are reached exactly.
TEST(RequantizeArmv7m, O1_O2_RoundTies) {
  for (int shift = kLeastShift; shift <= 12; ++shift)
    for (int sum = -5 << shift; sum <= 5 << shift; ++sum) expect_defined(sum, 0, 1 << 30, shift, -3);
}

TEST(RequantizeArmv7m, O1_O2_HoldAtTheEdges) {
  for (const int sum : {-(1 << 30) + 1, -1, 0, 1, (1 << 30) - 1})
    for (const int multiplier : {0, 1 << 30, INT32_MAX})
      for (const int shift : {kLeastShift, kMostShift})
        for (const int zero_point : {-128, 127}) expect_defined(sum, 0, multiplier, shift, zero_point);
}

TEST(RequantizeArmv7m, ClampsOutputs) {
  std::vector<int8_t> values = {-128, -5, 0, 9, 127};
  clamp_outputs(values.data(), 4, {-4, 8, Rounding::double_rounding});
  EXPECT_EQ(values, (std::vector<int8_t>{-4, -4, 0, 8, 127}));
}

}  // namespace
}  // namespace mote::armv7_m
