// The range search: exact on values without outliers, better than the full range with them.
#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "quantize/calibrate/affine.h"
#include "quantize/calibrate/calibration.h"

namespace mote {
namespace {

double squared_error(const std::vector<float>& values, std::pair<float, float> range) {
  const Affine affine = affine_for(static_cast<double>(range.first), static_cast<double>(range.second));
  double error = 0;
  for (const float value : values) {
    const double exact = static_cast<double>(value);
    const double back = static_cast<double>(affine.scale) * (quantize_value(exact, affine) - affine.zero_point);
    error += (exact - back) * (exact - back);
  }
  return error;
}

std::pair<float, float> ends(const std::vector<float>& values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {*low, *high};
}

std::pair<float, float> searched(const std::vector<float>& values) {
  const auto [low, high] = ends(values);
  RangeSearch search(low, high);
  search.add(values);
  return search.best();
}

TEST(RangeSearch, KeepsUniformValuesWhole) {
  Random random(1);
  std::vector<float> values(20000);
  for (float& value : values) value = static_cast<float>(random.uniform(-1, 3));
  const auto [low, high] = searched(values);
  EXPECT_NEAR(low, -1, 0.02);
  EXPECT_NEAR(high, 3, 0.02);
}

TEST(RangeSearch, CutsOffALoneOutlier) {
  Random random(2);
  std::vector<float> values(300000);
  for (float& value : values) value = static_cast<float>(random.normal());
  values.push_back(60);
  const auto range = searched(values);
  EXPECT_LT(range.second, 50);
  EXPECT_LT(squared_error(values, range), 0.9 * squared_error(values, ends(values)));
}

// Normal, heavy and light tails, with and without a ReLU before them.
TEST(RangeSearch, IsNeverMuchWorseThanTheFullRangeAndOftenBetter) {
  Random random(3);
  int better = 0;
  for (int i = 0; i < 20; ++i) {
    std::vector<float> values(100000);
    const double tail = random.uniform(0.5, 2);
    for (float& value : values) {
      const double drawn = random.normal();
      value = static_cast<float>(std::copysign(std::pow(std::abs(drawn), tail), drawn));
      if (i % 2 == 0) value = std::max(value, 0.0f);
    }
    const double full = squared_error(values, ends(values)), chosen = squared_error(values, searched(values));
    EXPECT_LT(chosen, 1.02 * full);
    if (chosen < 0.9 * full) ++better;
  }
  EXPECT_GE(better, 8);
}

TEST(RangeSearch, OfOneValueIsThatValue) {
  for (const float value : {0.0f, -2.5f, 7.0f}) {
    const auto [low, high] = searched(std::vector<float>(10, value));
    EXPECT_EQ(low, value);
    EXPECT_EQ(high, value);
  }
}

}  // namespace
}  // namespace mote
