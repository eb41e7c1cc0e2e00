// From the figures of layers to a sentence, a table and JSON.
#include <algorithm>
#include <cstdio>

#include "base/json.h"
#include "quantize/calibrate/explain.h"

namespace mote {
namespace {

// Bounds of the causes, tried in their order.
constexpr double kMuchSaturation = 0.5;  // of the noise
constexpr double kFewQuanta = 8;         // per deviation: the range is stretched by what is rare
constexpr double kWideSpread = 8;        // the widest channel's deviation, in median ones
constexpr double kHighPeak = 12;         // of a weight, in root mean squares of its channel

struct FaultText {
  const char *name, *cause, *todo;
};

// In the order of QuantizationFault.
constexpr FaultText kFaults[] = {
    {"none", "", ""},
    {"saturation", "values beyond its range are cut off", "try --ranges min-max, or calibrate on windows that hold such values"},
    {"outliers", "a few large values stretch its range, and little of it is left for the others",
     "try --ranges percentile, or --activations int16"},
    {"channels", "its channels differ widely in range and share one scale", "try --equalise"},
    {"weights", "single large weights stretch the scale of a channel's weights", "try --equalise, or more decay in training"},
    {"rounding", "rounding alone", "try --activations int16, or quantization-aware training"}};

const FaultText& text_of(QuantizationFault fault) { return kFaults[static_cast<int>(fault)]; }

QuantizationFault fault_of(const LayerDivergence& layer) {
  if (layer.saturation > kMuchSaturation) return QuantizationFault::saturation;
  const bool weighted = layer.peak_weight > 0;
  if (weighted && layer.peak_weight > kHighPeak) return QuantizationFault::weights;
  if (layer.channel_spread > kWideSpread) return QuantizationFault::channels;
  if (layer.quanta_per_deviation < kFewQuanta) return QuantizationFault::outliers;
  return QuantizationFault::rounding;
}

std::string short_of(const std::string& name) { return name.substr(0, std::min<size_t>(name.find(';'), 40)); }

std::string written(const char* form, const std::string& name, double a, double b = 0) {
  char line[256];
  std::snprintf(line, sizeof line, form, short_of(name).c_str(), a, b);
  return line;
}

std::string cause_of(const Explanation& explanation) {
  const LayerDivergence& cause = explanation.layers[*explanation.cause];
  return written("'%s' adds most, alone %.1f dB: ", cause.name, cause.local_sqnr_db) + text_of(explanation.fault).cause;
}

}  // namespace

void judge(Explanation& explanation) {
  const std::vector<LayerDivergence>& layers = explanation.layers;
  explanation.first.reset(), explanation.cause.reset();
  explanation.fault = QuantizationFault::none;
  if (layers.empty()) return;
  for (size_t i = 0; i < layers.size() && !explanation.first; ++i)
    if (layers[i].sqnr_db < explanation.threshold) explanation.first = i;
  const size_t last = explanation.first.value_or(layers.size() - 1);
  const auto lower = [](const LayerDivergence& a, const LayerDivergence& b) { return a.local_sqnr_db < b.local_sqnr_db; };
  const auto cause = std::min_element(layers.begin(), layers.begin() + static_cast<int64_t>(last) + 1, lower);
  explanation.cause = static_cast<size_t>(cause - layers.begin());
  explanation.fault = fault_of(*cause);
}

std::string verdict(const Explanation& explanation) {
  if (!explanation.cause) return "there are no layers";
  if (!explanation.first) {
    const auto lowest = std::min_element(explanation.layers.begin(), explanation.layers.end(),
                                         [](const auto& a, const auto& b) { return a.sqnr_db < b.sqnr_db; });
    return written("the lowest, '%s' with %.1f dB, is not below %.0f dB", lowest->name, lowest->sqnr_db, explanation.threshold) +
           "; " + cause_of(explanation);
  }
  const LayerDivergence& first = explanation.layers[*explanation.first];
  return written("'%s' is the first below %.0f dB, at %.1f dB", first.name, explanation.threshold, first.sqnr_db) + "; " +
         cause_of(explanation) + "; " + text_of(explanation.fault).todo;
}

std::string to_text(const Explanation& explanation) {
  size_t width = 5;
  for (const LayerDivergence& layer : explanation.layers) width = std::max(width, short_of(layer.name).size());
  std::string text =
      "layer" + std::string(width - 5 + 2, ' ') +
      "operation            SQNR dB    alone  largest error   below %   above %  saturation %  channel  its share %\n";
  for (const LayerDivergence& layer : explanation.layers) {
    char line[256];
    std::snprintf(line, sizeof line, "  %-18s %9.1f %8.1f  %13.4g %9.3f %9.3f %13.1f %8u %12.1f\n", layer.operation.c_str(),
                  layer.sqnr_db, layer.local_sqnr_db, layer.largest_error, 100 * layer.below, 100 * layer.above,
                  100 * layer.saturation, layer.channel, 100 * layer.channel_share);
    const std::string name = short_of(layer.name);
    text += name + std::string(width - name.size(), ' ') + line;
  }
  return text + "\n" + verdict(explanation) + "\n";
}

Json to_json(const Explanation& explanation) {
  Json layers = Json::array();
  for (const LayerDivergence& layer : explanation.layers)
    layers.push_back({{"name", layer.name},
                      {"operation", layer.operation},
                      {"sqnr_db", layer.sqnr_db},
                      {"local_sqnr_db", layer.local_sqnr_db},
                      {"largest_error", layer.largest_error},
                      {"scale", layer.scale},
                      {"below", layer.below},
                      {"above", layer.above},
                      {"saturation", layer.saturation},
                      {"channel", layer.channel},
                      {"channel_share", layer.channel_share},
                      {"quanta_per_deviation", layer.quanta_per_deviation},
                      {"channel_spread", layer.channel_spread},
                      {"peak_weight", layer.peak_weight}});
  const auto name = [&](const std::optional<size_t>& at) { return at ? Json(explanation.layers[*at].name) : Json(nullptr); };
  return {{"threshold_db", explanation.threshold},    {"first", name(explanation.first)}, {"cause", name(explanation.cause)},
          {"fault", text_of(explanation.fault).name}, {"verdict", verdict(explanation)},  {"layers", layers}};
}

}  // namespace mote
