// Sizes of a difference between two samples.
#include "host/drift/effect.h"

#include <cmath>

namespace mote::drift {
namespace {

std::array<double, kSketchBins> middles(const Edges& edges) {
  std::array<double, kSketchBins> middle;
  for (size_t i = 1; i < edges.size(); ++i) middle[i] = (edges[i - 1] + edges[i]) / 2.0;
  middle.front() = edges[0] - (edges[1] - edges[0]) / 2.0;
  middle.back() = edges[14] + (edges[14] - edges[13]) / 2.0;
  return middle;
}

}  // namespace

double mean_shift(const Sample& before, const Sample& after) {
  if (before.n == 0 || after.n == 0) return 0;
  return (after.mean - before.mean) / deviation_of(before);
}

double stability_index(const Bins& before, const Bins& after) {
  const double n = total_of(before), m = total_of(after);
  if (n == 0 || m == 0) return 0;
  size_t reached = 0;
  for (size_t i = 0; i < before.size(); ++i) reached += before[i] + after[i] > 0 ? 1 : 0;
  const double added = 0.5 * static_cast<double>(reached);
  double index = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] + after[i] == 0) continue;
    const double p = (static_cast<double>(before[i]) + 0.5) / (n + added);
    const double q = (static_cast<double>(after[i]) + 0.5) / (m + added);
    index += (q - p) * std::log(q / p);
  }
  return index - static_cast<double>(reached - 1) * (1 / n + 1 / m);
}

double wasserstein(const Bins& before, const Bins& after, const Edges& edges) {
  const double n = total_of(before), m = total_of(after);
  if (n == 0 || m == 0) return 0;
  const auto middle = middles(edges);
  double distance = 0, difference = 0;  // of the cumulative shares
  for (size_t i = 0; i + 1 < before.size(); ++i) {
    difference += static_cast<double>(before[i]) / n - static_cast<double>(after[i]) / m;
    distance += std::abs(difference) * (middle[i + 1] - middle[i]);
  }
  return distance;
}

}  // namespace mote::drift
