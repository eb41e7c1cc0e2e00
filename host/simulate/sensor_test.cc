// Holds a simulated sensor to its number: the same window again, and no drift before its moment.
#include "host/simulate/sensor.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mote {
namespace {

// Over many windows, root mean square and mean of channel 0.
std::pair<double, double> level(const WindowSource& source, uint64_t from, int windows) {
  double sum = 0, squares = 0, count = 0;
  for (int n = 0; n < windows; ++n) {
    const std::vector<int16_t> window = source(from + static_cast<uint64_t>(n));
    for (size_t i = 0; i < window.size(); i += 3) {
      sum += window[i];
      squares += static_cast<double>(window[i]) * window[i];
      ++count;
    }
  }
  const double mean = sum / count;
  return {std::sqrt(squares / count - mean * mean), mean};
}

TEST(SensorTest, AWindowIsAFunctionOfItsNumber) {
  const WindowSource source = vibration_source(3, 100);
  const std::vector<int16_t> seventh = source(7);
  source(8);
  EXPECT_EQ(source(7), seventh);
  EXPECT_EQ(vibration_source(3, 100)(7), seventh);
  EXPECT_NE(vibration_source(3, 101)(7), seventh);
  EXPECT_NE(vibration_source(4, 100)(7), seventh);
}

TEST(SensorTest, ADriftBeginsAtItsWindowAndMovesWhatItActsUpon) {
  const WindowSource healthy = vibration_source(3, 100);
  for (const DriftKind kind : {DriftKind::offset, DriftKind::gain, DriftKind::noise, DriftKind::speed}) {
    const WindowSource drifting = vibration_source(3, 100, {.kind = kind, .deviations = 3, .from_window = 50});
    EXPECT_EQ(drifting(49), healthy(49));
    EXPECT_NE(drifting(50), healthy(50));
    const auto [rms_before, mean_before] = level(healthy, 50, 200);
    const auto [rms_after, mean_after] = level(drifting, 50, 200);
    if (kind == DriftKind::offset) {
      EXPECT_GT(mean_after, mean_before);
      EXPECT_NEAR(rms_after, rms_before, rms_before * 0.02 + 1);
    } else {
      EXPECT_GT(rms_after, rms_before * 1.02);
    }
  }
}

TEST(SensorTest, KnowsItsDriftsByName) {
  EXPECT_EQ(parse_drift_kind("gain").value(), DriftKind::gain);
  EXPECT_EQ(parse_drift_kind("sideways").error().cause, Cause::usage);
}

}  // namespace
}  // namespace mote
