// The synthetic machines: pure functions, a healthy spread, and drifts that move what they say by how much they say.
#include "host/data/vibration.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mote::vibration {
namespace {

// Over other windows than those that healthy_spread measured.
Spread spread_of(const Machine& machine, const Drift& drift, uint64_t first, uint32_t windows) {
  Spread spread;
  for (uint32_t c = 0; c < kChannels; ++c) {
    std::vector<double> means, roots;
    for (uint32_t i = 0; i < windows; ++i) {
      const auto raw = machine.window(first + i, Condition::normal, drift);
      double sum = 0, squares = 0;
      for (uint32_t t = 0; t < kSamples; ++t) sum += raw[t * kChannels + c];
      for (uint32_t t = 0; t < kSamples; ++t) squares += std::pow(raw[t * kChannels + c] - sum / kSamples, 2);
      means.push_back(sum / kSamples);
      roots.push_back(std::sqrt(squares / kSamples));
    }
    const auto scalar = [&](const std::vector<double>& values) {
      Scalar result;
      for (const double value : values) result.mean += value / windows;
      for (const double value : values) result.deviation += std::pow(value - result.mean, 2) / (windows - 1);
      result.deviation = std::sqrt(result.deviation);
      return result;
    };
    spread.mean[c] = scalar(means);
    spread.rms[c] = scalar(roots);
  }
  return spread;
}

TEST(Vibration, AWindowIsAPureFunctionOfItsArguments) {
  const Machine machine(5, 2), same(5, 2);
  (void)machine.window(9, Condition::imbalance);
  EXPECT_EQ(machine.window(3, Condition::normal), same.window(3, Condition::normal));
  EXPECT_NE(machine.window(3, Condition::normal), machine.window(4, Condition::normal));
  EXPECT_NE(machine.window(3, Condition::normal), machine.window(3, Condition::imbalance));
  EXPECT_NE(machine.window(3, Condition::normal), Machine(5, 3).window(3, Condition::normal));
  EXPECT_NE(machine.window(3, Condition::normal), Machine(6, 2).window(3, Condition::normal));
  EXPECT_EQ(machine.window(3, Condition::normal).size(), size_t{kSamples * kChannels});
}

TEST(Vibration, ADriftBeginsAtItsWindow) {
  const Machine machine(1, 1);
  const Drift drift{.from_window = 100, .offset = {0.5, 0.5, 0.5}};
  EXPECT_EQ(machine.window(99, Condition::normal, drift), machine.window(99, Condition::normal));
  const auto before = machine.window(100, Condition::normal), after = machine.window(100, Condition::normal, drift);
  for (size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(after[i] - before[i], 0.5 / kQuantum, 1);
}

class DriftTest : public testing::TestWithParam<uint32_t> {
 protected:
  static constexpr uint32_t kWindows = 600;
  const Machine machine_{7, GetParam()};
  const Spread healthy_ = machine_.healthy_spread();
  const Spread before_ = spread_of(machine_, {}, 0, kWindows);

  // How far each scalar moved on the same windows, in healthy standard deviations.
  double mean_moved(const Spread& after, uint32_t c) const {
    return (after.mean[c].mean - before_.mean[c].mean) / healthy_.mean[c].deviation;
  }
  double rms_moved(const Spread& after, uint32_t c) const {
    return (after.rms[c].mean - before_.rms[c].mean) / healthy_.rms[c].deviation;
  }
};

TEST_P(DriftTest, TheHealthySpreadIsThatOfOtherWindowsToo) {
  for (uint32_t c = 0; c < kChannels; ++c) {
    EXPECT_NEAR(before_.mean[c].deviation / healthy_.mean[c].deviation, 1, 0.15);
    EXPECT_NEAR(before_.rms[c].deviation / healthy_.rms[c].deviation, 1, 0.15);
    EXPECT_NEAR((before_.mean[c].mean - healthy_.mean[c].mean) / healthy_.mean[c].deviation, 0, 0.2);
    EXPECT_GT(healthy_.mean[c].deviation, 8) << "in quanta: a drift of half of it must be many";
    EXPECT_GT(healthy_.rms[c].deviation, 8);
  }
}

TEST_P(DriftTest, OffsetMovesTheMeanByWhatIsAsked) {
  const Spread after = spread_of(machine_, offset_drift(healthy_, 0.5, 0), 0, kWindows);
  for (uint32_t c = 0; c < kChannels; ++c) {
    EXPECT_NEAR(mean_moved(after, c), 0.5, 0.02);
    EXPECT_NEAR(rms_moved(after, c), 0, 0.02);
  }
}

TEST_P(DriftTest, GainMovesTheRootMeanSquareByWhatIsAsked) {
  for (const double asked : {0.5, -0.5}) {
    const Spread after = spread_of(machine_, gain_drift(healthy_, asked, 0), 0, kWindows);
    for (uint32_t c = 0; c < kChannels; ++c) EXPECT_NEAR(rms_moved(after, c), asked, 0.03);
  }
}

TEST_P(DriftTest, NoiseMovesTheRootMeanSquareByWhatIsAsked) {
  const Spread after = spread_of(machine_, noise_drift(healthy_, 0.5, 0), 0, kWindows);
  for (uint32_t c = 0; c < kChannels; ++c) EXPECT_NEAR(rms_moved(after, c), 0.5, 0.06);
}

TEST_P(DriftTest, SpeedMovesTheRootMeanSquareOfXByWhatIsAsked) {
  const Spread after = spread_of(machine_, speed_drift(machine_, 0.5, 0), 0, kWindows);
  EXPECT_NEAR(rms_moved(after, 0), 0.5, 0.12);
}

INSTANTIATE_TEST_SUITE_P(Machines, DriftTest, testing::Values(0u, 1u, 5u));

TEST(Vibration, WindowsAreIndependentOfTheirNeighbours) {
  const Machine machine(3, 4);
  const Spread spread = machine.healthy_spread(1000);
  double product = 0;
  double last = 0;
  for (uint32_t i = 0; i <= 1000; ++i) {
    const auto raw = machine.window(i, Condition::normal);
    double sum = 0;
    for (uint32_t t = 0; t < kSamples; ++t) sum += raw[t * kChannels];
    const double score = (sum / kSamples - spread.mean[0].mean) / spread.mean[0].deviation;
    if (i > 0) product += score * last / 1000;
    last = score;
  }
  EXPECT_NEAR(product, 0, 0.1);  // three standard errors
}

// Power at `hz` relative to all power about the mean, of channel `c`.
double share_of(const std::vector<int16_t>& raw, uint32_t c, double hz) {
  double mean = 0, power = 0, real = 0, imaginary = 0;
  for (uint32_t t = 0; t < kSamples; ++t) mean += static_cast<double>(raw[t * kChannels + c]) / kSamples;
  for (uint32_t t = 0; t < kSamples; ++t) {
    const double value = raw[t * kChannels + c] - mean, angle = 2 * M_PI * hz * t / kSampleRateHz;
    power += value * value;
    real += value * std::cos(angle), imaginary += value * std::sin(angle);
  }
  return 2 * (real * real + imaginary * imaginary) / (power * kSamples);
}

double band_share(Condition condition, uint32_t c, double low, double high) {
  double total = 0;
  int windows = 0;
  for (uint32_t m = 0; m < 6; ++m) {
    const Machine machine(2, m);
    for (uint64_t n = 0; n < 20; ++n, ++windows) {
      const auto raw = machine.window(n, condition);
      for (double hz = low; hz < high; hz += kSampleRateHz / kSamples) total += share_of(raw, c, hz);
    }
  }
  return total / windows;
}

TEST(Vibration, ConditionsShowWhereTheModelSaysTheyDo) {
  constexpr double kOnceLow = 37.5, kOnceHigh = 70, kTwiceLow = 75, kTwiceHigh = 130, kRingLow = 400, kRingHigh = 650;
  EXPECT_GT(band_share(Condition::imbalance, 0, kOnceLow, kOnceHigh), 0.8);
  EXPECT_GT(band_share(Condition::misalignment, 0, kTwiceLow, kTwiceHigh),
            2 * band_share(Condition::normal, 0, kTwiceLow, kTwiceHigh));
  EXPECT_GT(band_share(Condition::bearing_fault, 0, kRingLow, kRingHigh),
            2 * band_share(Condition::normal, 0, kRingLow, kRingHigh));
  double stopped = 0, normal = 0;
  for (uint32_t m = 0; m < 6; ++m) {
    const auto rms = [&](Condition condition) {
      double squares = 0, sum = 0;
      const auto raw = Machine(2, m).window(0, condition);
      for (uint32_t t = 0; t < kSamples; ++t) sum += raw[t * kChannels], squares += std::pow(raw[t * kChannels], 2);
      return std::sqrt(squares / kSamples - sum * sum / kSamples / kSamples);
    };
    stopped += rms(Condition::stopped), normal += rms(Condition::normal);
  }
  EXPECT_LT(stopped, normal / 3);
}

TEST(Vibration, ADataSetHasEveryConditionOfEveryMachine) {
  const Dataset dataset = make_dataset({.seed = 4, .first_machine = 9, .machines = 2, .windows = 3});
  EXPECT_EQ(dataset.groups, (std::vector<std::string>{"machine09", "machine10"}));
  ASSERT_EQ(dataset.count(), 30u);
  EXPECT_EQ(dataset.label_of[29], 4u);
  const auto window = Machine(4, 10).window(14, Condition::stopped);
  EXPECT_TRUE(std::equal(window.begin(), window.end(), dataset.window(29).begin()));
}

}  // namespace
}  // namespace mote::vibration
