// Measures signal to quantization noise, layer by layer.
#include "quantize/calibrate/layer_report.h"

#include <cmath>

#include "base/json.h"
#include "quantize/calibrate/adaptive_rounding.h"
#include "quantize/operators/rules.h"

namespace mote {
namespace {

constexpr uint32_t kMostWindows = 200;
constexpr size_t kMostNameLetters = 60;  // in a table
constexpr double kFarPadding = 1e30;     // what a maximum is padded with is no signal
constexpr double kExact = 200;           // decibels, where no noise was seen

struct Measured {
  ValueId real = kNoValue, integer = kNoValue;  // the same value in both graphs
  double signal = 0, noise = 0;

  template <typename T>
  void add(std::span<const float> floats, const T* integers, const Quantization& quantization) {
    const double scale = static_cast<double>(quantization.scale[0]);
    for (size_t i = 0; i < floats.size(); ++i) {
      const double exact = static_cast<double>(floats[i]);
      if (std::fabs(exact) >= kFarPadding) continue;
      const double error = exact - scale * (integers[i] - quantization.zero_point);
      signal += exact * exact;
      noise += error * error;
    }
  }
  double decibels() const {
    if (noise <= 0) return kExact;
    return std::max(-kExact, std::min(kExact, 10 * std::log10(signal / noise)));
  }
};

// The inputs, and what nodes make of them.
std::vector<Measured> pair_up(const ReportInput& input) {
  std::vector<Measured> result;
  for (const ValueId id : input.float_graph.inputs) result.push_back({.real = id, .integer = input.made[id]});
  for (const Node& node : input.float_graph.nodes)
    if (node.op != Op::fill) result.push_back({.real = node.output, .integer = input.made[node.output]});
  return result;
}

void measure(const ReportInput& input, const FloatModel& reference, const SpreadModel& model, Measured& layer) {
  const Value& value = input.graph.values[layer.integer];
  const std::span<const float> floats = reference.values(layer.real);
  if (value.type == Type::int16)
    layer.add(floats, model.values<int16_t>(layer.integer), value.quantization);
  else
    layer.add(floats, model.values<int8_t>(layer.integer), value.quantization);
}

LayerReport line_of(const ReportInput& input, const Measured& layer) {
  const ValueStatistics& seen = input.calibration.values[layer.real];
  const Quantization& quantization = input.graph.values[layer.integer].quantization;
  LayerReport line{.name = layer_name(input.float_graph, layer.real),
                   .operation = "input",  // without a front end, no node makes it
                   .low = seen.minimum,
                   .high = seen.maximum,
                   .scale = quantization.scale[0],
                   .zero_point = quantization.zero_point,
                   .sqnr_db = layer.decibels()};
  for (const Node& node : input.graph.nodes) {
    if (node.output != layer.integer) continue;
    line.operation = rules(node.op).name;
    if (!has_weights(node)) continue;
    const Value& weights = input.graph.values[node.inputs[1]];
    line.weight_bits = bits_of(weights.type);
    line.weight_bytes = static_cast<uint32_t>(bytes_of(weights.type, count_of(weights.shape)));
  }
  if (const auto loss = input.losses.find(layer.real); loss != input.losses.end()) line.loss_at_4_bits = loss->second;
  return line;
}

}  // namespace

Result<void> run_side_by_side(const ReportInput& input, const char* label, Progress& progress,
                              const std::function<void(const FloatModel& reference, const SpreadModel& model)>& look) {
  TRY(SpreadModel model, SpreadModel::open(input.graph, "the model without its plan"));
  FloatModel reference(input.float_graph);
  std::vector<float> window(input_count(input.float_graph));
  const uint32_t count = std::min(kMostWindows, input.windows.count);
  progress.begin(label, count);
  for (uint32_t i = 0; i < count; ++i) {
    const auto index = static_cast<uint32_t>(uint64_t{i} * input.windows.count / count);
    input.windows.window(index, window);
    reference.run(window);
    input.run(model.model, index);
    look(reference, model);
    progress.step(i + 1, "");
  }
  progress.end();
  return {};
}

Result<std::vector<LayerReport>> report_layers(const ReportInput& input, Progress& progress) {
  std::vector<Measured> layers = pair_up(input);
  TRY_DO(run_side_by_side(input, "compare layers", progress, [&](const FloatModel& reference, const SpreadModel& model) {
    for (Measured& layer : layers) measure(input, reference, model, layer);
  }));
  std::vector<LayerReport> report;
  for (const Measured& layer : layers) report.push_back(line_of(input, layer));
  return report;
}

std::string layer_name(const Graph& float_graph, ValueId made) {
  const std::string& name = float_graph.values[made].name;
  return name.empty() ? "%" + std::to_string(made) : name;
}

std::string short_name(const std::string& name) { return name.substr(0, std::min(name.find(';'), kMostNameLetters)); }

std::string to_text(const std::vector<LayerReport>& layers) {
  size_t width = 5;
  bool losses = false;
  for (const LayerReport& layer : layers) {
    width = std::max(width, short_name(layer.name).size());
    losses = losses || layer.loss_at_4_bits;
  }
  char line[256];
  std::string text = "layer" + std::string(width - 5 + 2, ' ') +
                     "operation            low        high       scale  zero  SQNR dB  bits    bytes" +
                     (losses ? "  loss at 4\n" : "\n");
  for (const LayerReport& layer : layers) {
    std::snprintf(line, sizeof line, "  %-18s %9.4g  %9.4g  %10.4g  %4d  %7.1f", layer.operation.c_str(),
                  static_cast<double>(layer.low), static_cast<double>(layer.high), static_cast<double>(layer.scale),
                  layer.zero_point, layer.sqnr_db);
    const std::string name = short_name(layer.name);
    text += name + std::string(width - name.size(), ' ') + line;
    if (layer.weight_bits != 0) {
      std::snprintf(line, sizeof line, "  %4u  %7u", layer.weight_bits, layer.weight_bytes);
      text += line;
    }
    if (layer.loss_at_4_bits) {
      std::snprintf(line, sizeof line, "  %9.3g", *layer.loss_at_4_bits);
      text += line;
    }
    text += '\n';
  }
  return text;
}

std::string report_text(const QuantizeOptions& options, const std::vector<std::string>& notes,
                        const std::vector<LayerReport>& layers) {
  std::string text = to_text(options) + "\n";
  for (const std::string& note : notes) text += note + "\n";
  return text + to_text(layers);
}

Json to_json(const std::vector<LayerReport>& layers) {
  Json json = Json::array();
  for (const LayerReport& layer : layers) {
    Json line = {{"name", layer.name},   {"operation", layer.operation},   {"low", layer.low},        {"high", layer.high},
                 {"scale", layer.scale}, {"zero_point", layer.zero_point}, {"sqnr_db", layer.sqnr_db}};
    if (layer.weight_bits != 0) {
      line["bits"] = layer.weight_bits;
      line["weight_bytes"] = layer.weight_bytes;
    }
    if (layer.loss_at_4_bits) line["loss_at_4_bits"] = *layer.loss_at_4_bits;
    json.push_back(std::move(line));
  }
  return json;
}

}  // namespace mote
