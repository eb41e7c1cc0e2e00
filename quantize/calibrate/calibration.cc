// Walks the calibration windows.
#include "quantize/calibrate/calibration.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "quantize/calibrate/float_model.h"
#include "quantize/graph/text.h"

namespace mote {
namespace {

void observe(ValueStatistics& seen, std::span<const float> values, bool first) {
  if (first) {
    seen.minimum = seen.maximum = values[0];
    seen.means.assign(values.size(), 0.0);
  }
  for (size_t i = 0; i < values.size(); ++i) {
    seen.minimum = std::min(seen.minimum, values[i]);
    seen.maximum = std::max(seen.maximum, values[i]);
    seen.means[i] += static_cast<double>(values[i]);
  }
}

// The values that are measured: the inputs and what the nodes make.
std::vector<ValueId> activations(const Graph& graph) {
  std::vector<ValueId> ids = graph.inputs;
  for (const Node& node : graph.nodes) ids.push_back(node.output);
  return ids;
}

template <typename Visit>
void walk(const Graph& graph, FloatModel& model, const FloatWindows& windows, uint32_t done, Progress& progress, Visit visit) {
  std::vector<float> window(input_count(graph));
  for (uint32_t i = 0; i < windows.count; ++i) {
    windows.window(i, window);
    model.run(window);
    visit(i);
    progress.step(done + i + 1, "");
  }
}

}  // namespace

Calibration calibrate(const Graph& graph, const FloatWindows& windows, const QuantizeOptions& options, Progress& progress) {
  Calibration calibration;
  calibration.values.resize(graph.values.size());
  const std::vector<ValueId> ids = activations(graph);
  FloatModel model(graph);
  progress.begin("calibrate", uint64_t{windows.count} * 2);
  walk(graph, model, windows, 0, progress, [&](uint32_t index) {
    for (const ValueId id : ids) observe(calibration.values[id], model.values(id), index == 0);
  });
  std::vector<RangeSearch> searches;
  for (const ValueId id : ids) {
    ValueStatistics& seen = calibration.values[id];
    for (double& mean : seen.means) mean /= windows.count;
    searches.emplace_back(seen.minimum, seen.maximum);
  }
  walk(graph, model, windows, windows.count, progress, [&](uint32_t) {
    for (size_t i = 0; i < ids.size(); ++i) searches[i].add(model.values(ids[i]));
  });
  for (size_t i = 0; i < ids.size(); ++i) {
    ValueStatistics& seen = calibration.values[ids[i]];
    // 16 bits have steps enough for the whole range that was seen.
    if (options.ranges == Ranges::min_max || options.activations == Activations::int16)
      std::tie(seen.low, seen.high) = std::pair(seen.minimum, seen.maximum);
    else
      std::tie(seen.low, seen.high) =
          options.ranges == Ranges::percentile ? searches[i].percentile(options.percentile) : searches[i].best();
  }
  progress.end();
  return calibration;
}

Result<void> check_seen(const Graph& graph, const Calibration& calibration, const std::string& where) {
  const auto is_finite = [&](ValueId id) {
    const ValueStatistics& seen = calibration.values[id];
    return std::isfinite(seen.minimum) && std::isfinite(seen.maximum) &&
           std::all_of(seen.means.begin(), seen.means.end(), [](double mean) { return std::isfinite(mean); });
  };
  const auto refused = [&](const std::string& what) {
    return Error{.cause = Cause::usage,
                 .what = what + " not finite for some of the data",
                 .where = where,
                 .todo = "check that the data are what the model takes"};
  };
  for (const ValueId input : graph.inputs)
    if (!is_finite(input)) return refused("its inputs are");
  for (const Node& node : graph.nodes)
    if (!is_finite(node.output)) return refused(describe(graph, node) + ": its outputs are");
  return {};
}

}  // namespace mote
