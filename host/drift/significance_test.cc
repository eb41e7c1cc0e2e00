// Holds the tests and effects to SciPy 1.10.1 (the calls stand beside the figures) and to their size under no change.
#include "host/drift/significance.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "host/drift/effect.h"

namespace mote::drift {
namespace {

constexpr Bins kA = {12, 30, 45, 60, 80, 95, 70, 55, 30, 20, 10, 8, 6, 5, 7, 9};
constexpr Bins kB = {8, 20, 50, 40, 60, 70, 90, 60, 45, 25, 15, 9, 6, 8, 5, 11};
constexpr Edges kEdges = {-70, -50, -35, -25, -15, -8, -2, 2, 8, 15, 25, 35, 50, 70, 90};

void expect_relative(double actual, double expected, double tolerance) {
  EXPECT_NEAR(actual / expected, 1, tolerance) << actual << " is not " << expected;
}

TEST(ChiSquare, EqualsScipy) {
  // scipy.stats.chi2_contingency([A, B], correction=False)
  const ChiSquare result = chi_square(kA, kB);
  EXPECT_EQ(result.degrees, 15);
  expect_relative(result.statistic, 21.89738804190229, 1e-13);
  expect_relative(result.p, 0.11052287355028137, 1e-12);
}

TEST(ChiSquare, MergesNeighboursUntilFiveAreExpected) {
  // Expected in the smaller sample: 0, 0, 1.2, 19.7, 35.5, 51.3, 19.7, 5.9, 1.2, 0, ..., 0.4: bins 0-3 become one, 7-15 another.
  // scipy.stats.chi2_contingency([[42, 60, 80, 20, 5], [11, 30, 50, 30, 14]], correction=False)
  const Bins a = {0, 0, 2, 40, 60, 80, 20, 3, 1, 0, 0, 0, 0, 0, 0, 1};
  const Bins b = {0, 0, 1, 10, 30, 50, 30, 12, 2, 0, 0, 0, 0, 0, 0, 0};
  const ChiSquare result = chi_square(a, b);
  EXPECT_EQ(result.degrees, 4);
  expect_relative(result.statistic, 27.373652215981995, 1e-13);
  expect_relative(result.p, 1.670378530680022e-05, 1e-12);
  const ChiSquare turned = chi_square(b, a);
  EXPECT_DOUBLE_EQ(turned.statistic, result.statistic);
}

TEST(ChiSquare, SaysNothingWhereThereIsNothingToCompare) {
  Bins one{};
  one[7] = 400;
  EXPECT_EQ(chi_square(one, one).degrees, 0);
  EXPECT_EQ(chi_square(one, one).p, 1);
  EXPECT_EQ(chi_square(one, Bins{}).p, 1);
  EXPECT_EQ(chi_square(Bins{}, Bins{}).p, 1);
}

TEST(ChiSquare, TailEqualsScipy) {
  // scipy.stats.chi2.sf(x, degrees)
  expect_relative(chi_square_tail(3.841, 1), 0.050013683763956804, 1e-12);
  expect_relative(chi_square_tail(30, 13), 0.004709704765471494, 1e-12);
  expect_relative(chi_square_tail(120, 15), 1.8924849646375555e-18, 1e-12);
  expect_relative(chi_square_tail(300, 15), 5.5897493231246435e-55, 1e-11);
  EXPECT_EQ(chi_square_tail(0, 3), 1);
  EXPECT_EQ(chi_square_tail(1e9, 3), 0) << "below the smallest number, and no error";
}

TEST(MeanTest, EqualsScipy) {
  // scipy.stats.ttest_ind_from_stats(101.5, 20.3, 512, 94.2, 24.1, 384, equal_var=False)
  const Sample before{.n = 512, .mean = 101.5, .variance = 20.3 * 20.3};
  const Sample after{.n = 384, .mean = 94.2, .variance = 24.1 * 24.1};
  const MeanTest result = mean_test(before, after);
  expect_relative(result.t, -4.795383661912817, 1e-12);
  expect_relative(result.degrees, 741.6591276990813, 1e-12);
  expect_relative(result.p, 1.962730259997651e-06, 1e-10);
}

TEST(MeanTest, ConstantsAreComparedByTheErrorOfRounding) {
  const Sample at_five{.n = 200, .mean = 5}, at_six{.n = 200, .mean = 6};
  EXPECT_EQ(mean_test(at_five, at_five).p, 1);
  EXPECT_LT(mean_test(at_five, at_six).p, 1e-50);
  EXPECT_EQ(mean_test(at_five, Sample{.n = 1, .mean = 9}).p, 1);
}

TEST(BenjaminiHochberg, EqualsTheDefinition) {
  // numpy: minimum.accumulate((sort(p) * m / arange(1, m + 1))[::-1])[::-1], put back into the order of p
  const std::vector<double> p = {0.01, 0.04, 0.03, 0.005, 0.55, 0.04};
  const std::vector<double> expected = {0.03, 0.048, 0.048, 0.03, 0.55, 0.048};
  const std::vector<double> adjusted = benjamini_hochberg(p);
  ASSERT_EQ(adjusted.size(), expected.size());
  for (size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-15) << i;
  EXPECT_TRUE(benjamini_hochberg({}).empty());
}

// 2,000 null pairs at each level; the count must lie in the 99.9 % binomial band around it (the tests may be conservative, so
// only the bar above is the nominal one; the bar below, half of it, shows that they are no dead letter).
TEST(Significance, FiresAsOftenAsItSays) {
  constexpr int kRounds = 2000;
  Random random(1);
  int fired_bins = 0, fired_means = 0;
  for (int round = 0; round < kRounds; ++round) {
    Tally tallies[2];
    for (Tally& tally : tallies) {
      Sketch sketch;
      sketch_clear(&sketch);
      for (int i = 0; i < 200; ++i) sketch_add(&sketch, kEdges.data(), static_cast<int16_t>(std::lrint(30 * random.normal())));
      tally.add(sketch);
    }
    const Sample before = tallies[0].sample(), after = tallies[1].sample();
    fired_bins += chi_square(before.bins, after.bins).p < 0.05 ? 1 : 0;
    fired_means += mean_test(before, after).p < 0.05 ? 1 : 0;
  }
  EXPECT_LE(fired_bins, 133);  // scipy.stats.binom.ppf(0.9995, 2000, 0.05)
  EXPECT_LE(fired_means, 133);
  EXPECT_GE(fired_bins, 50);
  EXPECT_GE(fired_means, 69);  // scipy.stats.binom.ppf(0.0005, 2000, 0.05)
}

TEST(Effect, WassersteinEqualsScipy) {
  // scipy.stats.wasserstein_distance(middles, middles, A, B), middles of the bins, guard bins as wide as their neighbours
  expect_relative(wasserstein(kA, kB, kEdges), 4.082386082481513, 1e-12);
  EXPECT_EQ(wasserstein(kA, kA, kEdges), 0);
}

TEST(Effect, StabilityIndexIsCorrectedForChance) {
  // numpy: p = (A + .5) / (A.sum() + 8), q likewise; ((q - p) * log(q / p)).sum() - 15 * (1 / A.sum() + 1 / B.sum())
  expect_relative(stability_index(kA, kB), 0.02416203277498622, 1e-12);
  EXPECT_LT(stability_index(kA, kA), 0) << "less than chance gives";
  EXPECT_EQ(stability_index(kA, Bins{}), 0);
  Random random(2);
  double total = 0;
  for (int round = 0; round < 400; ++round) {
    Bins a{}, b{};
    for (int i = 0; i < 400; ++i) ++a[random.below(16)], ++b[random.below(16)];
    total += stability_index(a, b);
  }
  EXPECT_NEAR(total / 400, 0, 0.005) << "nothing, on average, where nothing has changed";
}

TEST(Effect, ShiftIsInDeviationsOfTheSampleBefore) {
  const Sample before{.n = 100, .mean = 10, .variance = 16}, after{.n = 100, .mean = 8, .variance = 100};
  EXPECT_DOUBLE_EQ(mean_shift(before, after), -0.5);
  EXPECT_EQ(mean_shift(before, Sample{}), 0);
}

TEST(Tally, MomentsAreExactFarFromZero) {
  Sketch sketch;
  sketch_clear(&sketch);
  for (int i = 0; i < 60000; ++i) sketch_add(&sketch, kEdges.data(), static_cast<int16_t>(32000 + i % 2));
  Tally tally;
  for (int i = 0; i < 1000; ++i) tally.add(sketch);
  const Sample sample = tally.sample();
  EXPECT_EQ(sample.n, 60000000u);
  EXPECT_EQ(sample.bins[15], 60000000u) << "bins do not saturate here";
  EXPECT_DOUBLE_EQ(sample.mean, 32000.5);
  expect_relative(sample.variance, 0.25 * 6e7 / (6e7 - 1), 1e-6);
  EXPECT_EQ(Tally{}.sample().n, 0u);
}

}  // namespace
}  // namespace mote::drift
