// Bins of the drift baseline, on all kinds of scalars.
#include "quantize/calibrate/baseline.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/random.h"
#include "device/monitor/sketch.h"

namespace mote {
namespace {

void expect_well_formed(const BaselineScalar& scalar, const std::vector<int16_t>& values) {
  for (size_t i = 1; i < scalar.edges.size(); ++i) ASSERT_LT(scalar.edges[i - 1], scalar.edges[i]);
  EXPECT_EQ(std::accumulate(scalar.counts.begin(), scalar.counts.end(), uint64_t{0}), values.size());
  EXPECT_GT(scalar.deviation, 0);
  EXPECT_GE(scalar.cusum_slack, 1);
  EXPECT_GE(scalar.cusum_limit, scalar.cusum_slack);
}

// What the device would count with these edges.
std::vector<uint32_t> sketched(const BaselineScalar& scalar, const std::vector<int16_t>& values) {
  Sketch sketch;
  sketch_clear(&sketch);
  for (const int16_t value : values) sketch_add(&sketch, scalar.edges.data(), value);
  return {std::begin(sketch.bins), std::end(sketch.bins)};
}

TEST(Baseline, SharesABellCurveEquallyBetweenFourteenBins) {
  Random random(1);
  std::vector<int16_t> values(14000);
  for (int16_t& value : values) value = static_cast<int16_t>(std::lround(1000 + 300 * random.normal()));
  const BaselineScalar scalar = baseline_of(values);
  expect_well_formed(scalar, values);
  EXPECT_EQ(scalar.counts.front(), 0u);
  EXPECT_EQ(scalar.counts.back(), 0u);
  for (size_t i = 1; i <= 14; ++i) EXPECT_NEAR(scalar.counts[i], 1000, 60) << "bin " << i;
  EXPECT_NEAR(scalar.mean, 1000, 10);
  EXPECT_NEAR(scalar.deviation, 300, 8);
  EXPECT_NEAR(scalar.cusum_slack, 0.5 * 300 * 256, 1100);
  EXPECT_NEAR(scalar.cusum_limit, 10 * 300 * 256, 22000);
}

TEST(Baseline, CountsAsTheDeviceDoes) {
  Random random(2);
  for (int i = 0; i < 50; ++i) {
    std::vector<int16_t> values(1 + random.below(400));
    const auto spread = static_cast<int64_t>(1 + random.below(60000));
    for (int16_t& value : values)
      value = static_cast<int16_t>(
          std::clamp<int64_t>(static_cast<int64_t>(random.normal() * static_cast<double>(spread)), -32768, 32767));
    const BaselineScalar scalar = baseline_of(values);
    expect_well_formed(scalar, values);
    EXPECT_EQ(sketched(scalar, values), std::vector<uint32_t>(scalar.counts.begin(), scalar.counts.end()));
  }
}

struct Odd {
  const char* name;
  std::vector<int16_t> values;
};
class OddScalars : public testing::TestWithParam<Odd> {};

TEST_P(OddScalars, GetEdgesThatAscendAndShutInFrequentValues) {
  const std::vector<int16_t>& values = GetParam().values;
  const BaselineScalar scalar = baseline_of(values);
  expect_well_formed(scalar, values);
  // a value that makes up more than a fifth of the reference has a bin to itself, or lies at the end of int16
  for (const int16_t value : values) {
    if (std::count(values.begin(), values.end(), value) * 5 <= static_cast<ptrdiff_t>(values.size())) continue;
    const auto bin = std::upper_bound(scalar.edges.begin(), scalar.edges.end(), value) - scalar.edges.begin();
    for (const int16_t other : values) {
      if (other == value) continue;
      EXPECT_NE(std::upper_bound(scalar.edges.begin(), scalar.edges.end(), other) - scalar.edges.begin(), bin);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, OddScalars,
                         testing::Values(Odd{"Constant", std::vector<int16_t>(100, 7)},
                                         Odd{"ConstantAtTheTop", std::vector<int16_t>(100, 32767)},
                                         Odd{"ConstantAtTheBottom", std::vector<int16_t>(100, -32768)}, Odd{"One", {5}},
                                         Odd{"TwoNeighbours", {3, 4, 3, 4, 4, 3}}, Odd{"TwoFarApart", {-32768, 32767}},
                                         Odd{"AtTheTop", {32760, 32761, 32767, 32767, 32766, 32765}},
                                         Odd{"MostlyFull",
                                             [] {
                                               std::vector<int16_t> confidence(90, 255);
                                               for (int16_t i = 0; i < 30; ++i)
                                                 confidence.push_back(static_cast<int16_t>(100 + 5 * i));
                                               return confidence;
                                             }()}),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Baseline, SeesAShiftOfAConstantInOtherBins) {
  const BaselineScalar scalar = baseline_of(std::vector<int16_t>(100, 7));
  const auto bin_of = [&](int16_t value) {
    return std::upper_bound(scalar.edges.begin(), scalar.edges.end(), value) - scalar.edges.begin();
  };
  EXPECT_NE(bin_of(7), bin_of(6));
  EXPECT_NE(bin_of(7), bin_of(8));
}

}  // namespace
}  // namespace mote
