// Builds the front end.
#include "quantize/calibrate/front_end.h"

#include <cmath>

#include "device/model/container.h"
#include "quantize/calibrate/affine.h"

namespace mote {
namespace {

Error problem(size_t channel, const std::string& what, const std::string& where) {
  return Error{.cause = Cause::usage, .what = "channel " + std::to_string(channel) + ": " + what, .where = where, .todo = ""};
}

double offset_of(double mean) { return std::round(mean * kStandardizeUnit); }

// Rows of the standardization constants: offsets, multipliers, shifts.
Result<std::vector<int32_t>> constants(const Standardization& standardization, double scale, const std::string& where) {
  const size_t channels = standardization.mean.size();
  std::vector<int32_t> result(3 * channels);
  for (size_t c = 0; c < channels; ++c) {
    const Multiplier multiplier = quantize_multiplier(1.0 / (kStandardizeUnit * standardization.deviation[c] * scale));
    if (multiplier.shift > kMaxStandardizeShift) return problem(c, "its standard deviation is too small to scale", where);
    result[c] = static_cast<int32_t>(offset_of(standardization.mean[c]));
    result[channels + c] = multiplier.value;
    result[2 * channels + c] = multiplier.shift;
  }
  return result;
}

Value integer_value(std::string name, Shape shape, Type type) {
  Value value;
  value.name = std::move(name);
  value.shape = shape;
  value.type = type;
  return value;
}

}  // namespace

Result<void> check(const Standardization& standardization, const std::string& where) {
  for (size_t c = 0; c < standardization.mean.size(); ++c) {
    if (!(std::abs(offset_of(standardization.mean[c])) <= kMaxStandardizeOffset))
      return problem(c, "its mean does not fit into 16 bits", where);
    if (!(standardization.deviation[c] > 0) || !std::isfinite(standardization.deviation[c]))
      return problem(c, "its standard deviation is not positive", where);
  }
  return {};
}

Result<void> add_front_end(Graph& graph, const FeatureExtractor& extractor, const Standardization& standardization,
                           const std::string& where) {
  const Value& input = graph.values[graph.input()];
  const auto channels = static_cast<uint32_t>(standardization.mean.size());
  TRY(std::vector<int32_t> integers, constants(standardization, static_cast<double>(input.quantization.scale[0]), where));

  std::vector<Node> rest = std::move(graph.nodes);
  graph.nodes.clear();
  Value raw = integer_value("raw", extractor.raw_shape(), Type::int16);
  raw.quantization.scale = {1};
  graph.raw_input = graph.add(std::move(raw));
  const ValueId features = extractor.add_features(graph, graph.raw_input);
  Value table = integer_value("standardization", {1, 1, 3, channels}, Type::int32);
  table.constant = true;
  table.integers = std::move(integers);
  Node to_input;
  to_input.op = Op::standardize;
  to_input.inputs = {features, graph.add(std::move(table))};
  to_input.output = graph.input();
  graph.nodes.push_back(to_input);
  graph.statistics = extractor.add_statistics(graph, features);
  graph.front_nodes = static_cast<uint32_t>(graph.nodes.size());
  graph.nodes.insert(graph.nodes.end(), rest.begin(), rest.end());
  return {};
}

void standardize(const Standardization& standardization, std::span<const int16_t> raw, std::span<float> standardized) {
  const size_t channels = standardization.mean.size();
  for (size_t i = 0; i < raw.size(); ++i) {
    const size_t c = i % channels;
    standardized[i] = static_cast<float>((raw[i] - standardization.mean[c]) / standardization.deviation[c]);
  }
}

}  // namespace mote
