// Measures every layer twice: in its place, and alone.
#include "quantize/calibrate/explain.h"

#include <algorithm>
#include <cmath>

#include "quantize/calibrate/affine.h"
#include "quantize/calibrate/one_layer.h"
#include "quantize/operators/rules.h"

namespace mote {
namespace {

constexpr double kNoSignal = 1e30;  // what a maximum is padded with
constexpr double kNoNoise = 200;    // decibels, where no noise was seen

double decibels_of(double signal, double noise) {
  return noise <= 0 ? kNoNoise : std::clamp(10 * std::log10(signal / noise), -kNoNoise, kNoNoise);
}

// One layer, and sums over its elements and the windows.
struct Watched {
  ValueId real = kNoValue, integer = kNoValue;
  const Node* node = nullptr;  // of the float graph; null for an input
  Affine affine;
  std::optional<OneLayer> alone;

  double count = 0, signal = 0, noise = 0, local_noise = 0, saturated_noise = 0, largest = 0, below = 0, above = 0;
  std::vector<double> channel_noise, channel_sum, channel_squares;

  void add(std::span<const float> floats, const int8_t* in_place, const int8_t* by_itself) {
    const double scale = static_cast<double>(affine.scale);
    const double low = scale * (-128.5 - affine.zero_point), high = scale * (127.5 - affine.zero_point);
    for (size_t i = 0; i < floats.size(); ++i) {
      const double exact = static_cast<double>(floats[i]);
      if (std::fabs(exact) >= kNoSignal) continue;
      const double error = exact - scale * (in_place[i] - affine.zero_point);
      const double local = exact - scale * (by_itself[i] - affine.zero_point);
      const size_t channel = i % channel_noise.size();
      ++count;
      signal += exact * exact;
      noise += error * error;
      local_noise += local * local;
      largest = std::max(largest, std::fabs(error));
      below += exact < low;
      above += exact > high;
      if (exact < low || exact > high) saturated_noise += local * local;
      channel_noise[channel] += local * local;
      channel_sum[channel] += exact;
      channel_squares[channel] += exact * exact;
    }
  }
};

Result<std::vector<Watched>> watch(const ReportInput& input) {
  std::vector<Watched> layers;
  const auto add = [&](ValueId real, const Node* node) {
    const ValueId integer = input.made[real];
    const size_t channels = input.float_graph.values[real].shape[3];
    layers.push_back({.real = real,
                      .integer = integer,
                      .node = node,
                      .affine = affine_of(input.graph.values[integer]),
                      .channel_noise = std::vector<double>(channels),
                      .channel_sum = std::vector<double>(channels),
                      .channel_squares = std::vector<double>(channels)});
  };
  for (const ValueId id : input.float_graph.inputs) add(id, nullptr);
  for (const Node& node : input.float_graph.nodes)
    if (node.op != Op::fill) add(node.output, &node);
  for (Watched& layer : layers)
    if (layer.node != nullptr) {
      TRY(layer.alone, OneLayer::open(input.graph, input.made, layer.integer));
    }
  return layers;
}

void quantize_into(std::span<const float> floats, Affine affine, std::span<int8_t> to) {
  for (size_t i = 0; i < floats.size(); ++i) to[i] = static_cast<int8_t>(quantize_value(static_cast<double>(floats[i]), affine));
}

// The float value that an int8 one stands for; of several, the first.
ValueId real_of(const ReportInput& input, ValueId integer) {
  for (ValueId real = 0; real < input.made.size(); ++real)
    if (input.made[real] == integer) return real;
  return kNoValue;
}

// The layer's int8 output from float inputs; without a model of its own, the float output rounded.
std::vector<int8_t> run_alone(const ReportInput& input, const FloatModel& reference, Watched& layer) {
  if (!layer.alone) {
    std::vector<int8_t> output(reference.values(layer.real).size());
    quantize_into(reference.values(layer.real), layer.affine, output);
    return output;
  }
  std::vector<int8_t> inputs(layer.alone->input_bytes()), output(layer.alone->output_bytes());
  std::span<int8_t> rest(inputs);
  for (const ValueId integer : layer.alone->inputs()) {
    const std::span<const float> floats = reference.values(real_of(input, integer));
    quantize_into(floats, affine_of(input.graph.values[integer]), rest);
    rest = rest.subspan(floats.size());
  }
  layer.alone->run({reinterpret_cast<const uint8_t*>(inputs.data()), inputs.size()},
                   {reinterpret_cast<uint8_t*>(output.data()), output.size()});
  return output;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<int64_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

// The largest over the output channels of the last dimension but that of the weights, whatever their layout: weights of a channel
// stand under one index of the first dimension, of depthwise ones under one of the last.
double peak_weight(const Graph& graph, const Node& node) {
  const bool depthwise = node.op == Op::depthwise_conv_2d;
  if (node.inputs.size() < 2 || (node.op != Op::conv_2d && !depthwise && node.op != Op::fully_connected)) return 0;
  const Value& weights = graph.values[node.inputs[1]];
  if (weights.floats.empty()) return 0;
  const size_t channels = weights.shape[depthwise ? 3 : 0], taps = weights.floats.size() / channels;
  double peak = 0;
  for (size_t c = 0; c < channels; ++c) {
    double largest = 0, squares = 0;
    for (size_t t = 0; t < taps; ++t) {
      const double weight = std::fabs(static_cast<double>(weights.floats[depthwise ? t * channels + c : c * taps + t]));
      largest = std::max(largest, weight);
      squares += weight * weight;
    }
    if (squares > 0) peak = std::max(peak, largest / std::sqrt(squares / static_cast<double>(taps)));
  }
  return peak;
}

std::string operation_at(const ReportInput& input, const Watched& layer) {
  for (const Node& node : input.graph.nodes)
    if (node.output == layer.integer) return std::string(rules(node.op).name);
  return "input";
}

LayerDivergence divergence_of(const ReportInput& input, const Watched& layer) {
  const std::string& name = input.float_graph.values[layer.real].name;
  LayerDivergence result{.name = name.empty() ? "%" + std::to_string(layer.real) : name,
                         .operation = operation_at(input, layer),
                         .sqnr_db = decibels_of(layer.signal, layer.noise),
                         .local_sqnr_db = decibels_of(layer.signal, layer.local_noise),
                         .largest_error = layer.largest,
                         .scale = layer.affine.scale};
  const double n = std::max(layer.count, 1.0);
  result.below = layer.below / n;
  result.above = layer.above / n;
  if (layer.local_noise > 0) {
    result.saturation = layer.saturated_noise / layer.local_noise;
    const auto worst = std::max_element(layer.channel_noise.begin(), layer.channel_noise.end());
    result.channel = static_cast<uint32_t>(worst - layer.channel_noise.begin());
    result.channel_share = *worst / layer.local_noise;
  }
  const double each = n / static_cast<double>(layer.channel_noise.size());
  std::vector<double> deviations;
  double sum = 0;
  for (size_t c = 0; c < layer.channel_sum.size(); ++c) {
    const double mean = layer.channel_sum[c] / each;
    deviations.push_back(std::sqrt(std::max(0.0, layer.channel_squares[c] / each - mean * mean)));
    sum += layer.channel_sum[c];
  }
  const double deviation = std::sqrt(std::max(0.0, layer.signal / n - sum / n * (sum / n)));
  result.quanta_per_deviation = deviation / static_cast<double>(layer.affine.scale);
  const double usual = median(deviations);
  result.channel_spread = usual > 0 ? *std::max_element(deviations.begin(), deviations.end()) / usual : 0;
  if (layer.node != nullptr) result.peak_weight = peak_weight(input.float_graph, *layer.node);
  return result;
}

}  // namespace

Result<Explanation> explain(const ReportInput& input, double threshold, Progress& progress) {
  TRY(std::vector<Watched> layers, watch(input));
  TRY_DO(run_side_by_side(input, "explain layers", progress, [&](const FloatModel& reference, const SpreadModel& model) {
    for (Watched& layer : layers)
      layer.add(reference.values(layer.real), model.values<int8_t>(layer.integer), run_alone(input, reference, layer).data());
  }));
  Explanation result{.threshold = threshold};
  for (const Watched& layer : layers) result.layers.push_back(divergence_of(input, layer));
  judge(result);
  return result;
}

Result<void> check_explained(const QuantizeOptions& options) {
  if (options.activations == Activations::int8) return {};
  return Error{.cause = Cause::usage,
               .what = "explains int8 activations only",
               .where = "--explain",
               .todo = "leave it out, or activations int16"};
}

LookAtLayers explain_into(std::optional<Explanation>& to, double threshold, Progress& progress) {
  return [&to, threshold, &progress](const ReportInput& input) -> Result<void> {
    TRY(to, explain(input, threshold, progress));
    return {};
  };
}

}  // namespace mote
