// Holds the verdict to its rules, and its rates of error to what is promised, by simulation with fixed seeds.
#include "host/drift/judge.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "base/random.h"
#include "host/drift/looks.h"
#include "host/drift/simulation.h"

namespace mote::drift {
namespace {

using Windows = std::vector<uint32_t>;

TEST(Looks, TheReferenceIsTheFirstReportsThatFillIt) {
  const Policy policy;  // 512
  EXPECT_FALSE(split(Windows(15, 32), policy).reference_complete);
  const Split filled = split(Windows(16, 32), policy);
  EXPECT_TRUE(filled.reference_complete);
  EXPECT_EQ(filled.reference_end, 16u);
  EXPECT_EQ(filled.look, 0u);
  EXPECT_EQ(split(Windows{500, 30, 30}, policy).reference_end, 2u) << "whole reports";
  EXPECT_EQ(split(Windows{}, policy).look, 0u);
}

TEST(Looks, FallDueByWindowsAndSeeTheLastOnes) {
  const Policy policy;  // first after 192, then every 128, at the last 384
  const auto at = [&](size_t reports_after) { return split(Windows(16 + reports_after, 32), policy); };
  EXPECT_EQ(at(5).look, 0u);
  EXPECT_EQ(at(6).look, 1u);
  EXPECT_EQ(at(6).recent_begin, 16u) << "never reaches into the reference";
  EXPECT_EQ(at(6).recent_end, 22u);
  EXPECT_EQ(at(9).recent_end, 22u) << "nothing new is seen between two looks";
  EXPECT_EQ(at(10).look, 2u);
  EXPECT_EQ(at(30).look, 7u);
  EXPECT_EQ(at(30).recent_end, 46u);
  EXPECT_EQ(at(30).recent_begin, 34u);
}

TEST(Looks, LaterReportsMoveNeitherTheReferenceNorEarlierLooks) {
  Random random(1);
  for (int round = 0; round < 200; ++round) {
    Windows windows;
    Split before;
    for (int i = 0; i < 60; ++i) {
      windows.push_back(static_cast<uint32_t>(random.below(70)));
      const Split now = split(windows, Policy{});
      if (before.reference_complete) {
        ASSERT_EQ(now.reference_end, before.reference_end);
      }
      ASSERT_GE(now.look, before.look);
      ASSERT_LE(now.look, before.look + 1);
      if (now.look == before.look) {
        ASSERT_EQ(now.recent_end, before.recent_end);
      }
      before = now;
    }
  }
}

TEST(Looks, TheBudgetIsSpentOnceOverAllLooks) {
  Policy policy;
  policy.most_spending = 1e300;
  double spent = 0;
  for (uint32_t look = 1; look < 100000; ++look) spent += 1 / spending(look, policy);
  EXPECT_LT(spent, 1);
  EXPECT_GT(spent, 0.9999);
  EXPECT_EQ(spending(1000, Policy{}), 1000);
}

Sample normal_sample(Random& random, const Edges& edges, uint32_t n, double mean) {
  Sketch sketch;
  sketch_clear(&sketch);
  for (uint32_t i = 0; i < n; ++i)
    sketch_add(&sketch, edges.data(), static_cast<int16_t>(std::lrint(mean + 20 * random.normal())));
  Tally tally;
  tally.add(sketch);
  return tally.sample();
}

Edges even_edges() {
  Edges edges;
  for (int i = 0; i < kSketchEdges; ++i) edges[i] = static_cast<int16_t>((i - 7) * 8);
  return edges;
}

Evidence normal_evidence(uint32_t n, double shift, uint64_t seed = 1) {
  Random random(seed);
  const Edges edges = even_edges();
  Evidence evidence{.device = "press-04", .scalar = "x rms", .edges = edges, .look = 1};
  evidence.training = normal_sample(random, edges, 2000, 0);
  evidence.reference = normal_sample(random, edges, n, 0);
  evidence.recent = evidence.latest = normal_sample(random, edges, n, 20 * shift);
  return evidence;
}

Comparison installation_of(const Evidence& evidence, const Policy& policy = {}) {
  return judge({&evidence, 1}, policy).at(0).installation;
}

TEST(Judge, BelowAHundredWindowsThereIsNoVerdict) {
  EXPECT_EQ(installation_of(normal_evidence(99, 5)).finding, Finding::not_enough_data);
  EXPECT_EQ(installation_of(normal_evidence(100, 5)).finding, Finding::different);
  EXPECT_STREQ(name_of(Finding::not_enough_data), "not enough data");
}

TEST(Judge, WithoutAReferenceOnlyTrainingIsAnswered) {
  Evidence evidence = normal_evidence(400, 5);
  evidence.reference.reset();
  const ScalarVerdict verdict = judge({&evidence, 1}, {}).at(0);
  EXPECT_EQ(verdict.installation.finding, Finding::not_enough_data);
  EXPECT_EQ(verdict.training.finding, Finding::different);
}

TEST(Judge, TheTwoQuestionsHaveTwoAnswers) {
  Evidence evidence = normal_evidence(500, 0);
  Random random(3);
  evidence.training = normal_sample(random, evidence.edges, 2000, 30);  // a healthy machine, other than those of the training
  const ScalarVerdict verdict = judge({&evidence, 1}, {}).at(0);
  EXPECT_EQ(verdict.training.finding, Finding::different);
  EXPECT_EQ(verdict.installation.finding, Finding::alike);
}

TEST(Judge, ASmallEffectIsNoFindingHoweverSure) {
  const Comparison small = installation_of(normal_evidence(60000, 0.1));
  EXPECT_LT(small.adjusted, 1e-9);
  EXPECT_EQ(small.finding, Finding::alike);
  EXPECT_NEAR(small.shift, 0.1, 0.02);
  Policy policy;
  policy.least_shift = 0.05;
  EXPECT_EQ(installation_of(normal_evidence(60000, 0.1), policy).finding, Finding::different);
}

TEST(Judge, ALargeEffectIsNoFindingWhileItMayBeChance) {
  Evidence evidence = normal_evidence(100, 0.3, 12);
  const Comparison unsure = installation_of(evidence);
  EXPECT_GT(std::abs(unsure.shift), 0.25);
  EXPECT_GT(unsure.adjusted, 0.01);
  EXPECT_EQ(unsure.finding, Finding::alike);
}

TEST(Judge, AShiftInsideOfOneBinIsSeen) {
  Evidence evidence = normal_evidence(400, 0.5);
  for (int i = 0; i < kSketchEdges; ++i) evidence.edges[i] = static_cast<int16_t>((i - 7) * 1000 + 500);
  Random random(2);
  evidence.reference = normal_sample(random, evidence.edges, 512, 0);
  evidence.recent = normal_sample(random, evidence.edges, 384, 12);
  const Comparison comparison = installation_of(evidence);
  EXPECT_EQ(comparison.bins.p, 1);
  EXPECT_EQ(comparison.finding, Finding::different);
}

TEST(Judge, ASpreadThatGrowsIsSeenThoughTheMeanStays) {
  Evidence evidence = normal_evidence(512, 0);
  Random random(2);
  Sketch sketch;
  sketch_clear(&sketch);
  for (int i = 0; i < 384; ++i)
    sketch_add(&sketch, evidence.edges.data(), static_cast<int16_t>(std::lrint(40 * random.normal())));
  Tally tally;
  tally.add(sketch);
  evidence.recent = tally.sample();
  const Comparison comparison = installation_of(evidence);
  EXPECT_LT(std::abs(comparison.shift), 0.25);
  EXPECT_EQ(comparison.finding, Finding::different);
}

TEST(Judge, EarlierLooksAndOtherScalarsMakeEveryPLarger) {
  Evidence evidence = normal_evidence(300, 0.6, 7);
  const Comparison first = installation_of(evidence);
  EXPECT_NEAR(first.adjusted, first.p * M_PI * M_PI / 6, 1e-12);
  evidence.look = 3;
  EXPECT_NEAR(installation_of(evidence).adjusted, first.p * 9 * M_PI * M_PI / 6, 1e-12);
  std::vector<Evidence> many(10);  // nine without data
  many[4] = evidence;
  EXPECT_NEAR(judge(many, {}).at(4).installation.adjusted, first.p * 90 * M_PI * M_PI / 6, 1e-12);
}

uint32_t fleets_with_a_false_alarm(const Simulation& simulation, uint32_t fleets) {
  uint32_t alarms = 0;
  for (uint32_t seed = 1; seed <= fleets; ++seed) alarms += simulate(simulation, seed).alarm_before ? 1 : 0;
  return alarms;
}

TEST(FalseAlarms, ArePromisedForAllLooksTogether) {
  Simulation simulation{.windows_before = 1536, .windows_after = 0};  // nine looks at 147 scalars
  EXPECT_LE(fleets_with_a_false_alarm(simulation, 120), 6u);          // scipy.stats.binom.ppf(0.999, 120, 0.01), plus one
  simulation.policy = {.least_windows = 100, .q = 0.9, .least_shift = 0, .least_stability = -1, .most_spending = 1};
  EXPECT_GE(fleets_with_a_false_alarm(simulation, 10), 9u) << "without the budget and the effect there would be alarms";
}

TEST(Power, HalfADeviationInOneScalarOfOneDeviceIsFound) {
  const Simulation simulation{.windows_before = 896, .windows_after = 512, .changed_devices = 1};
  uint32_t found = 0;
  for (uint32_t seed = 1; seed <= 60; ++seed) found += simulate(simulation, seed).found;
  EXPECT_GE(found, 54u);  // scipy.stats.binom.ppf(0.001, 60, 0.97)
}

TEST(Power, GrowsWithTheShift) {
  uint32_t before = 0;
  for (const double shift : {0.0, 0.3, 0.45, 0.8}) {
    const Simulation simulation{
        .devices = 7, .windows_before = 896, .windows_after = 512, .changed_devices = 7, .changed_scalars = 3, .shift = shift};
    uint32_t found = 0;
    for (uint32_t seed = 1; seed <= 4; ++seed) found += simulate(simulation, seed).found;
    EXPECT_TRUE(shift == 0 ? found == 0 : found > before) << shift << " standard deviations: " << found;
    before = found;
  }
  EXPECT_EQ(before, 84u) << "all of them";
}

}  // namespace
}  // namespace mote::drift
