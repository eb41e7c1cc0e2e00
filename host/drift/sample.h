// What the drift tests see of one scalar: counts in the frozen bins, and moments that are exact whatever the bins.
#pragma once

#include <array>
#include <cstdint>
#include <numeric>

#include "device/monitor/sketch.h"

namespace mote::drift {

using Bins = std::array<uint64_t, kSketchBins>;
using Edges = std::array<int16_t, kSketchEdges>;

inline double total_of(const Bins& bins) { return static_cast<double>(std::accumulate(bins.begin(), bins.end(), uint64_t{0})); }

struct Sample {
  Bins bins{};
  uint64_t n = 0;
  double mean = 0;      // quanta
  double variance = 0;  // quanta squared, between windows, with n - 1; 0 while n < 2
};

// Sums sketches without the sketch's own limits: bins here do not saturate.
class Tally {
 public:
  void add(const Sketch& sketch);
  Sample sample() const;

  uint64_t missing() const { return missing_; }
  uint64_t clipped() const { return clipped_; }

 private:
  Bins bins_{};
  uint64_t n_ = 0, missing_ = 0, clipped_ = 0;
  int64_t sum_ = 0, sum_of_squares_ = 0;
};

// What a value is rounded to is one quantum, so no spread is known to be less than that of a quantum's uniform error.
constexpr double kRoundingVariance = 1.0 / 12;
double deviation_of(const Sample& sample);  // of the windows, in quanta, at least that of rounding

}  // namespace mote::drift
