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

Result<void> add_front_end(Graph& graph, const Standardization& standardization, const std::string& where) {
  const Value& input = graph.values[graph.input()];
  const auto channels = static_cast<uint32_t>(standardization.mean.size());
  const Shape shape = input.shape;
  TRY(std::vector<int32_t> integers, constants(standardization, static_cast<double>(input.quantization.scale[0]), where));

  Value raw = integer_value("raw", shape, Type::int16);
  raw.quantization.scale = {1};
  graph.raw_input = graph.add(std::move(raw));
  Value table = integer_value("standardization", {1, 1, 3, channels}, Type::int32);
  table.constant = true;
  table.integers = std::move(integers);
  const ValueId table_id = graph.add(std::move(table));
  Value statistics = integer_value("statistics", {1, 1, 1, 2 * channels}, Type::int16);
  statistics.quantization.scale = {1};
  graph.statistics = graph.add(std::move(statistics));

  Node to_input, to_statistics;
  to_input.op = graph.values[graph.input()].type == Type::int16 ? Op::standardize_int16 : Op::standardize;
  to_input.inputs = {graph.raw_input, table_id};
  to_input.output = graph.input();
  to_statistics.op = Op::mean_rms;
  to_statistics.inputs = {graph.raw_input};
  to_statistics.output = graph.statistics;
  graph.nodes.insert(graph.nodes.begin(), {to_input, to_statistics});
  graph.front_nodes = 2;
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
