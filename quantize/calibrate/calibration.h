// What the values of a float graph look like on real windows, and the int8 range that serves each best.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/result.h"
#include "quantize/calibrate/options.h"
#include "quantize/graph/graph.h"

namespace mote {

// Float windows, standardized where there is a front end; `window` fills one, of all inputs one after the other.
struct FloatWindows {
  uint32_t count = 0;
  std::function<void(uint32_t index, std::span<float> window)> window;
};

struct ValueStatistics {
  float minimum = 0, maximum = 0;  // seen
  float low = 0, high = 0;         // the range to quantize: within [minimum, maximum], values beyond saturate
  std::vector<double> means;       // per element, over the windows
};

struct Calibration {
  std::vector<ValueStatistics> values;  // per value of the graph; constants stay empty
};

// Two walks over the windows: the ends and means first, then a histogram between the ends. The range is, as the options say, from
// end to end; what holds a percentile of the values; or the one of least mean squared error, rounding and saturation together,
// among those that cut off either end, where a value's exact zeros cost nothing.
Calibration calibrate(const Graph& graph, const FloatWindows& windows, const QuantizeOptions& options, Progress& progress);

// Refuses values that were not finite, and names what made the first of them.
Result<void> check_seen(const Graph& graph, const Calibration& calibration, const std::string& where);

// A histogram of one value between fixed ends, and the search in it.
class RangeSearch {
 public:
  RangeSearch(float minimum, float maximum);
  void add(std::span<const float> values);
  // {low, high} of least expected error; {minimum, maximum} when nothing was added.
  std::pair<float, float> best() const;
  // {low, high} that holds `percent` of the values, to a bin; half of the others lie beyond either end. Zero is always within.
  std::pair<float, float> percentile(double percent) const;

 private:
  static constexpr size_t kBins = 1024;
  double edge(size_t bin) const { return minimum_ + width_ * static_cast<double>(bin); }

  double minimum_, maximum_, width_;
  std::vector<double> count_, sum_, squares_;  // per bin; exact zeros are left out
  double zeros_ = 0;
};

}  // namespace mote
