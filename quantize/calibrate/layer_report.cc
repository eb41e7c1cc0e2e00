// Measures signal to quantization noise, layer by layer.
#include "quantize/calibrate/layer_report.h"

#include <cmath>

#include "base/json.h"
#include "quantize/calibrate/float_model.h"
#include "quantize/operators/rules.h"
#include "quantize/plan/plan.h"
#include "quantize/read/loaded_model.h"
#include "quantize/write/model.h"

namespace mote {
namespace {

constexpr uint32_t kMostWindows = 200;
constexpr double kExact = 200;  // decibels, where no noise was seen

struct Measured {
  ValueId real = kNoValue, integer = kNoValue;  // the same value in both graphs
  double signal = 0, noise = 0;

  void add(std::span<const float> floats, const int8_t* integers, const Quantization& quantization) {
    const double scale = static_cast<double>(quantization.scale[0]);
    for (size_t i = 0; i < floats.size(); ++i) {
      const double exact = static_cast<double>(floats[i]);
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

// Both graphs hold the same layers in the same order, after the front end.
std::vector<Measured> pair_up(const ReportInput& input) {
  std::vector<Measured> result;
  result.push_back({.real = input.float_graph.input(), .integer = input.graph.input()});
  for (size_t i = 0; i < input.float_graph.nodes.size(); ++i)
    result.push_back(
        {.real = input.float_graph.nodes[i].output, .integer = input.graph.nodes[i + input.graph.front_nodes].output});
  return result;
}

void measure(const ReportInput& input, LoadedModel& model, const ArenaPlan& plan, std::vector<Measured>& layers,
             Progress& progress) {
  FloatModel reference(input.float_graph);
  std::vector<float> window(count_of(input.float_graph.values[input.float_graph.input()].shape));
  std::vector<int8_t> output(model.output().count);
  const uint32_t count = std::min(kMostWindows, input.windows.count);
  progress.begin("compare layers", count);
  for (uint32_t i = 0; i < count; ++i) {
    const auto index = static_cast<uint32_t>(uint64_t{i} * input.windows.count / count);
    input.windows.window(index, window);
    reference.run(window);
    model.run_raw(input.raw.window(index), {}, output);
    for (Measured& layer : layers)
      layer.add(reference.values(layer.real), reinterpret_cast<const int8_t*>(model.arena() + plan.offsets[layer.integer]),
                input.graph.values[layer.integer].quantization);
    progress.step(i + 1, "");
  }
  progress.end();
}

LayerReport line_of(const ReportInput& input, const Measured& layer, const Node& node) {
  const ValueStatistics& seen = input.calibration.values[layer.real];
  const Quantization& quantization = input.graph.values[layer.integer].quantization;
  const std::string& name = input.float_graph.values[layer.real].name;
  return {.name = name.empty() ? "%" + std::to_string(layer.real) : name,
          .operation = std::string(rules(node.op).name),
          .low = seen.minimum,
          .high = seen.maximum,
          .scale = quantization.scale[0],
          .zero_point = quantization.zero_point,
          .sqnr_db = layer.decibels()};
}

}  // namespace

Result<std::vector<LayerReport>> report_layers(const ReportInput& input, Progress& progress) {
  const GraphRecords records = records_of(input.graph, Target::portable);
  const ArenaPlan plan = plan_without_reuse(records);
  TRY(LoadedModel model,
      LoadedModel::open(write_model({.graph = input.graph, .records = records, .plan = plan}), "the model without its plan"));
  std::vector<Measured> layers = pair_up(input);
  measure(input, model, plan, layers, progress);
  std::vector<LayerReport> report;
  for (const Measured& layer : layers)
    for (const Node& node : input.graph.nodes)
      if (node.output == layer.integer) report.push_back(line_of(input, layer, node));
  return report;
}

std::string to_text(const std::vector<LayerReport>& layers) {
  size_t width = 5;
  for (const LayerReport& layer : layers) width = std::max(width, layer.name.size());
  char line[256];
  std::string text =
      "layer" + std::string(width - 5 + 2, ' ') + "operation            low        high       scale  zero  SQNR dB\n";
  for (const LayerReport& layer : layers) {
    std::snprintf(line, sizeof line, "  %-18s %9.4g  %9.4g  %10.4g  %4d  %7.1f\n", layer.operation.c_str(),
                  static_cast<double>(layer.low), static_cast<double>(layer.high), static_cast<double>(layer.scale),
                  layer.zero_point, layer.sqnr_db);
    text += layer.name + std::string(width - layer.name.size(), ' ') + line;
  }
  return text;
}

Json to_json(const std::vector<LayerReport>& layers) {
  Json json = Json::array();
  for (const LayerReport& layer : layers)
    json.push_back({{"name", layer.name},
                    {"operation", layer.operation},
                    {"low", layer.low},
                    {"high", layer.high},
                    {"scale", layer.scale},
                    {"zero_point", layer.zero_point},
                    {"sqnr_db", layer.sqnr_db}});
  return json;
}

}  // namespace mote
