// Bins, moments and alarm limits of the monitored scalars.
#include "quantize/calibrate/baseline.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace mote {
namespace {

constexpr size_t kEdges = 15, kInnerBins = 14;
constexpr double kSlack = 0.5, kLimit = 10;  // deviations
constexpr double kCusumUnit = 256;           // per quantum
const double kRounding = std::sqrt(1.0 / 12);

// Where the inner bins begin and end. A value that fills more than a bin's share is shut in between two edges.
std::set<int> quantile_edges(const std::vector<int16_t>& sorted) {
  std::set<int> edges;
  int before = INT32_MIN;
  for (size_t k = 1; k < kInnerBins; ++k) {
    const int value = sorted[k * sorted.size() / kInnerBins];
    if (value == before && value < INT16_MAX && edges.size() + 2 < kEdges) edges.insert(value + 1);
    edges.insert(value);
    before = value;
  }
  return edges;
}

// Halves the widest gap, the first of equals; false where all edges are neighbours.
bool halve_widest(std::set<int>& edges) {
  int widest = 1, from = 0;
  for (auto edge = edges.begin(); std::next(edge) != edges.end(); ++edge)
    if (*std::next(edge) - *edge > widest) {
      widest = *std::next(edge) - *edge;
      from = *edge;
    }
  if (widest < 2) return false;
  edges.insert(from + widest / 2);
  return true;
}

void grow_outward(std::set<int>& edges) {
  const bool below = edges.size() % 2 == 0;
  if ((below && *edges.begin() > INT16_MIN) || *edges.rbegin() == INT16_MAX)
    edges.insert(*edges.begin() - 1);
  else
    edges.insert(*edges.rbegin() + 1);
}

std::array<int16_t, kEdges> edges_of(const std::vector<int16_t>& sorted) {
  std::set<int> edges = quantile_edges(sorted);
  const int low = sorted.front(), high = sorted.back();
  const int margin = std::max(1, (high - low + 7) / 8);
  edges.insert(std::max<int>(INT16_MIN, low - margin));
  edges.insert(std::min<int>(INT16_MAX, high + 1 + margin));
  while (edges.size() > kEdges) edges.erase(std::next(edges.begin()));
  while (edges.size() < kEdges)
    if (!halve_widest(edges)) grow_outward(edges);
  std::array<int16_t, kEdges> result;
  std::transform(edges.begin(), edges.end(), result.begin(), [](int edge) { return static_cast<int16_t>(edge); });
  return result;
}

int32_t cusum_units(double deviations) {
  return static_cast<int32_t>(std::clamp(std::round(deviations * kCusumUnit), 1.0, 2147483647.0));
}

BaselineScalar named(std::vector<int16_t> values, std::string name, std::string unit, double quantum) {
  BaselineScalar scalar = baseline_of(std::move(values));
  scalar.name = std::move(name);
  scalar.unit = std::move(unit);
  scalar.quantum = static_cast<float>(quantum);
  return scalar;
}

}  // namespace

BaselineScalar baseline_of(std::vector<int16_t> values) {
  std::sort(values.begin(), values.end());
  BaselineScalar scalar;
  scalar.edges = edges_of(values);
  double sum = 0, squares = 0;
  for (const int16_t value : values) {
    const auto bin = std::upper_bound(scalar.edges.begin(), scalar.edges.end(), value) - scalar.edges.begin();
    ++scalar.counts[static_cast<size_t>(bin)];
    sum += value;
  }
  const double mean = sum / static_cast<double>(values.size());
  for (const int16_t value : values) squares += (value - mean) * (value - mean);
  const double variance = values.size() > 1 ? squares / static_cast<double>(values.size() - 1) : 0;
  const double deviation = std::max(std::sqrt(variance), kRounding);
  scalar.mean = static_cast<float>(mean);
  scalar.deviation = static_cast<float>(deviation);
  scalar.cusum_slack = cusum_units(kSlack * deviation);
  scalar.cusum_limit = cusum_units(kLimit * deviation);
  return scalar;
}

Baseline measure_baseline(LoadedModel& model, const Samples& reference, const std::vector<ChannelInfo>& scalars,
                          Progress& progress) {
  std::vector<std::vector<int16_t>> values(scalars.size() + 1);
  std::vector<int16_t> statistics(model.statistics().count);
  std::vector<int8_t> output(model.output().count);
  progress.begin("measure the baseline", reference.count);
  for (uint32_t i = 0; i < reference.count; ++i) {
    model.run_raw(reference.window(i), statistics, output);
    for (size_t s = 0; s < statistics.size(); ++s) values[s].push_back(statistics[s]);
    values.back().push_back(static_cast<int16_t>(*std::max_element(output.begin(), output.end()) + 128));
    progress.step(i + 1, "");
  }
  progress.end();
  Baseline baseline;
  baseline.windows = reference.count;
  for (size_t i = 0; i < scalars.size(); ++i)
    baseline.scalars.push_back(named(std::move(values[i]), scalars[i].name, scalars[i].unit, scalars[i].quantum));
  baseline.scalars.push_back(named(std::move(values.back()), "confidence", "", 1.0 / 256));
  return baseline;
}

}  // namespace mote
