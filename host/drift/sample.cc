// Sums of sketches.
#include "host/drift/sample.h"

#include <algorithm>
#include <cmath>

namespace mote::drift {

void Tally::add(const Sketch& sketch) {
  for (size_t i = 0; i < bins_.size(); ++i) bins_[i] += sketch.bins[i];
  n_ += sketch.n;
  missing_ += sketch.missing;
  clipped_ += sketch.clipped;
  sum_ += sketch.sum;
  sum_of_squares_ += sketch.sum_of_squares;
}

Sample Tally::sample() const {
  Sample sample{.bins = bins_, .n = n_};
  if (n_ == 0) return sample;
  // 64 bits of mantissa: the difference of two large sums keeps its digits.
  const auto n = static_cast<long double>(n_);
  const long double mean = static_cast<long double>(sum_) / n;
  sample.mean = static_cast<double>(mean);
  const long double squares = static_cast<long double>(sum_of_squares_) - mean * static_cast<long double>(sum_);
  if (n_ > 1) sample.variance = static_cast<double>(std::max(0.0L, squares / (n - 1)));
  return sample;
}

double deviation_of(const Sample& sample) { return std::sqrt(std::max(sample.variance, kRoundingVariance)); }

}  // namespace mote::drift
