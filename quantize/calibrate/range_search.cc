// The int8 range of least mean squared error.
#include <algorithm>

#include "quantize/calibrate/calibration.h"

namespace mote {

RangeSearch::RangeSearch(float minimum, float maximum)
    : minimum_(static_cast<double>(minimum)),
      maximum_(static_cast<double>(maximum)),
      width_((maximum_ - minimum_) / kBins),
      count_(kBins),
      sum_(kBins),
      squares_(kBins) {}

void RangeSearch::add(std::span<const float> values) {
  if (!(width_ > 0)) return;
  const auto least = static_cast<float>(minimum_);
  const auto per_unit = static_cast<float>(1 / width_);
  for (const float value : values) {
    if (value == 0) {  // always representable
      zeros_ += 1;
      continue;
    }
    const auto bin = std::min(static_cast<size_t>(std::max((value - least) * per_unit, 0.0f)), kBins - 1);
    const auto x = static_cast<double>(value);
    count_[bin] += 1;
    sum_[bin] += x;
    squares_[bin] += x * x;
  }
}

std::pair<float, float> RangeSearch::percentile(double percent) const {
  double all = zeros_;
  for (const double count : count_) all += count;
  const double beyond = all * (100 - percent) / 200;  // either end
  size_t first = 0, end = kBins;
  for (double passed = count_[0]; first + 1 < kBins && edge(first + 1) <= 0 && passed <= beyond;) passed += count_[++first];
  for (double passed = count_[kBins - 1]; end > first + 1 && edge(end - 1) >= 0 && passed <= beyond;) passed += count_[--end - 1];
  return {static_cast<float>(first == 0 ? minimum_ : edge(first)), static_cast<float>(end == kBins ? maximum_ : edge(end))};
}

std::pair<float, float> RangeSearch::best() const {
  // prefix sums, so that one candidate costs a few operations
  std::vector<double> count(kBins + 1), sum(kBins + 1), squares(kBins + 1);
  for (size_t i = 0; i < kBins; ++i) {
    count[i + 1] = count[i] + count_[i];
    sum[i + 1] = sum[i] + sum_[i];
    squares[i + 1] = squares[i] + squares_[i];
  }
  // Each side may give up as much as lies on its side of zero; a side that does not reach zero has nothing to give.
  const auto zero = static_cast<size_t>(std::clamp(width_ > 0 ? -minimum_ / width_ : 0.0, 0.0, static_cast<double>(kBins)));
  size_t best_first = 0, best_end = kBins;
  double least = -1;
  constexpr size_t kStep = 4;
  for (size_t first = 0; first <= zero && first < kBins; first += kStep) {
    for (size_t end = kBins; end > std::max(zero, first); end -= std::min(kStep, end)) {
      const double low = edge(first), high = edge(end);
      const double step = (std::max(high, 0.0) - std::min(low, 0.0)) / 255;
      const double below = squares[first] - 2 * low * sum[first] + low * low * count[first];
      const double past_count = count[kBins] - count[end], past_sum = sum[kBins] - sum[end];
      const double above = squares[kBins] - squares[end] - 2 * high * past_sum + high * high * past_count;
      const double error = below + above + (count[end] - count[first]) * step * step / 12;
      if (least >= 0 && error >= least) continue;
      least = error;
      best_first = first;
      best_end = end;
    }
  }
  return {static_cast<float>(best_first == 0 ? minimum_ : edge(best_first)),
          static_cast<float>(best_end == kBins ? maximum_ : edge(best_end))};
}

}  // namespace mote
