// O1 and O2 against exact arithmetic, at ties and at the edges of the range.
#include "device/kernels/requantize.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {
namespace {

constexpr Rounding kRoundings[] = {Rounding::double_rounding, Rounding::single_rounding};

constexpr int32_t kMultipliers[] = {0,          1 << 30,    (1 << 30) + 1, 1073741827,    1518500250,
                                    1610612736, 1717986918, 2000000011,    INT32_MAX - 1, INT32_MAX};

// Around zero, around the ties of every shift, at the ends of what the shift allows.
std::vector<int32_t> interesting_values(int shift) {
  const int64_t limit = (int64_t{1} << (31 - (shift > 0 ? shift : 0))) - 1;
  std::vector<int32_t> values;
  const auto add = [&](int64_t value) {
    if (value >= -limit && value <= limit) values.push_back(static_cast<int32_t>(value));
  };
  for (int64_t i = -70; i <= 70; ++i) {
    add(i);
    add(limit - 70 + i);
    add(-limit + 70 + i);
  }
  for (int bit = 1; bit <= 31; ++bit)
    for (int64_t multiple : {-5, -3, -1, 1, 3, 5})
      for (int64_t offset : {-1, 0, 1}) add((multiple << bit) / 2 + offset);
  return values;
}

TEST(Requantize, O1_O2_EqualExactArithmeticAtEveryShift) {
  for (const Rounding rounding : kRoundings)
    for (int shift = -31; shift <= 30; ++shift)
      for (const int32_t multiplier : kMultipliers)
        for (const int32_t value : interesting_values(shift))
          ASSERT_EQ(requantize(value, multiplier, shift, rounding), oracle::requantize(value, multiplier, shift, rounding))
              << value << " * " << multiplier << " >> " << shift << ", rounding " << static_cast<int>(rounding);
}

TEST(Requantize, O1_O2_EqualExactArithmeticOnAllSmallValues) {
  for (const Rounding rounding : kRoundings)
    for (const int shift : {-1, -4, -9})
      for (const int32_t multiplier : {1 << 30, 3 << 29, INT32_MAX})
        for (int32_t value = -70000; value <= 70000; ++value)
          ASSERT_EQ(requantize(value, multiplier, shift, rounding), oracle::requantize(value, multiplier, shift, rounding));
}

TEST(Requantize, O1_O2_EqualExactArithmeticOnRandomPairs) {
  Random random(7);
  for (int i = 0; i < 2'000'000; ++i) {
    const int shift = draw(random, -31, 30);
    const int64_t limit = (int64_t{1} << draw(random, 1, 31 - (shift > 0 ? shift : 0))) - 1;
    const int32_t value = static_cast<int32_t>(static_cast<int64_t>(random.below(static_cast<uint64_t>(2 * limit + 1))) - limit);
    const int32_t multiplier = static_cast<int32_t>((1u << 30) + random.below(1u << 30));
    const Rounding rounding = draw_rounding(random);
    ASSERT_EQ(requantize(value, multiplier, shift, rounding), oracle::requantize(value, multiplier, shift, rounding))
        << value << " " << multiplier << " " << shift;
  }
}

// Half is 2^30 / 2^31: 1 * 1/2 is a tie of the first step, 3 / 2 of the second.
TEST(Requantize, O1_RoundsTiesUpThenAwayFromZero) {
  EXPECT_EQ(requantize_double(1, 1 << 30, 0), 1);
  EXPECT_EQ(requantize_double(-1, 1 << 30, 0), 0);
  EXPECT_EQ(requantize_double(6, 1 << 30, -1), 2);
  EXPECT_EQ(requantize_double(-6, 1 << 30, -1), -2);
}

TEST(Requantize, O2_RoundsTiesUpOnce) {
  EXPECT_EQ(requantize_single(1, 1 << 30, 0), 1);
  EXPECT_EQ(requantize_single(-1, 1 << 30, 0), 0);
  EXPECT_EQ(requantize_single(6, 1 << 30, -1), 2);
  EXPECT_EQ(requantize_single(-6, 1 << 30, -1), -1);
}

// 5 / 4 is 1.25: rounded twice, first to 3 / 2 and then to 2; rounded once to 1.
TEST(Requantize, RoundingTwiceDiffersFromRoundingOnce) {
  EXPECT_EQ(requantize(5, 1 << 30, -1, Rounding::double_rounding), 2);
  EXPECT_EQ(requantize(5, 1 << 30, -1, Rounding::single_rounding), 1);
}

TEST(Requantize, StaysWithinOneOfTheRealProduct) {
  Random random(8);
  for (int i = 0; i < 200'000; ++i) {
    const int32_t value = draw(random, -(1 << 24), 1 << 24), multiplier = (1 << 30) + draw(random, 0, (1 << 30) - 1);
    const int shift = draw(random, -20, 0);
    const double real = std::ldexp(static_cast<double>(value) * multiplier, shift - 31);
    EXPECT_NEAR(requantize(value, multiplier, shift, Rounding::double_rounding), real, shift == 0 ? 0.5001 : 0.7501);
    EXPECT_NEAR(requantize(value, multiplier, shift, Rounding::single_rounding), real, 0.5001);
  }
}

}  // namespace
}  // namespace mote
