// Passes, equalisation, calibration, the choice of bits, lowering.
#include "quantize/calibrate/quantized.h"

#include <cstdio>
#include <optional>

#include "quantize/calibrate/adaptive_rounding.h"
#include "quantize/calibrate/joined_ranges.h"
#include "quantize/calibrate/layer_report.h"
#include "quantize/calibrate/mixed_precision.h"
#include "quantize/graph/text.h"
#include "quantize/passes/equalise.h"
#include "quantize/passes/passes.h"

namespace mote {
namespace {

std::vector<ValueId> weighted_layers(const Graph& graph) {
  std::vector<ValueId> layers;
  for (const Node& node : graph.nodes)
    if (has_weights(node)) layers.push_back(node.output);
  return layers;
}

// What the options say of each layer; a budget chooses among the layers that it leaves in `free`.
Result<std::vector<uint8_t>> given_bits(const Graph& graph, const QuantizeOptions& options, const std::string& where,
                                        std::vector<ValueId>& free) {
  std::vector<uint8_t> bits(graph.values.size(), 8);
  std::map<std::string, uint32_t> unknown = options.bits;
  for (const ValueId layer : weighted_layers(graph)) {
    bits[layer] = static_cast<uint8_t>(options.weight_bits);
    const std::string name = layer_name(graph, layer);
    auto found = options.bits.find(name);
    if (found == options.bits.end()) found = options.bits.find(short_name(name));
    if (found == options.bits.end()) {
      free.push_back(layer);
      continue;
    }
    bits[layer] = static_cast<uint8_t>(found->second);
    unknown.erase(found->first);
  }
  if (unknown.empty()) return bits;
  std::string names;
  for (const ValueId layer : weighted_layers(graph)) names += (names.empty() ? "" : ", ") + short_name(layer_name(graph, layer));
  return Error{.cause = Cause::usage,
               .what = "has no layer '" + unknown.begin()->first + "' to give bits to",
               .where = where,
               .todo = "its layers with weights are " + names};
}

// A network that was trained for its scales, or is quantized in its file, is lowered with them, or not at all.
Result<void> check_fixed(const QuantizeOptions& options, const std::string& where) {
  if (!options.equalise && options.bits.empty() && options.weight_bits == 8 && options.rounding == WeightRounding::nearest &&
      options.flash_bytes == 0 && options.activations == Activations::int8)
    return {};
  return Error{
      .cause = Cause::usage,
      .what = "has scales that are fixed already, and is asked to change them",
      .where = where,
      .todo =
          "leave out equalise, weights, bits, weight-rounding, flash-budget and activations, or quantize the float graph "
          "that they were made for"};
}

void say_equalised(const Equalisation& done, std::vector<std::string>& notes) {
  notes.push_back("equalised " + std::to_string(done.pairs) + (done.pairs == 1 ? " pair" : " pairs") + " of layers");
  for (const std::string& layer : done.left_alone) notes.push_back("not equalised " + layer);
}

void say_chosen(const ChosenBits& chosen, size_t layers, std::vector<std::string>& notes) {
  if (chosen.alternatives.empty()) {
    notes.push_back("the budget holds all layers at 8 bits");
    return;
  }
  size_t at_four = 0;
  for (const auto& [layer, loss] : chosen.losses) at_four += chosen.bits[layer] == 4 ? 1 : 0;
  char loss[32];
  std::snprintf(loss, sizeof loss, "%.3g", chosen.loss);
  notes.push_back("the budget gives " + std::to_string(at_four) + " of " + std::to_string(layers) + " layers 4 bits, loss " +
                  loss);
  for (const std::string& alternative : chosen.alternatives) notes.push_back("weighed " + alternative);
}

}  // namespace

Result<Quantized> quantize_graph(const Graph& graph, const FloatWindows& windows, const QuantizeOptions& options,
                                 const FixedScales& scales, const std::string& where, const FileBytes& file_bytes,
                                 Progress& progress) {
  TRY_DO(check(options, where));
  if (!scales.empty()) TRY_DO(check_fixed(options, where));
  Quantized quantized{.float_graph = graph, .calibration = {}, .lowered = {}, .losses = {}, .notes = {}};
  if (!scales.empty())
    quantized.notes.push_back(
        "scales are those that the network was trained for, or that its file gives; ranges, scales per channel and bias "
        "correction are "
        "for what has none");
  Graph& from = quantized.float_graph;
  TRY_DO(run_passes(from, where));
  if (options.equalise) {
    say_equalised(equalise(from), quantized.notes);
    TRY_DO(verify(from, where + " after equalise"));
  }
  std::vector<ValueId> free;
  WeightPlan plan{.per_channel = options.per_channel, .bias_correction = options.bias_correction};
  TRY(plan.bits, given_bits(from, options, where, free));
  quantized.calibration = calibrate(from, windows, options, progress);
  TRY_DO(check_seen(from, quantized.calibration, where));
  join_ranges(from, quantized.calibration);

  std::optional<AdaptiveRounding> adaptive;
  if (options.rounding == WeightRounding::adaptive) {
    adaptive = AdaptiveRounding::measure(from, windows, options.bias_correction, progress);
    plan.adaptive = &*adaptive;
    for (const ValueId layer : weighted_layers(from))
      if (adaptive->triangle(layer, 0) == nullptr)
        quantized.notes.push_back("rounded to the nearest " + layer_name(from, layer) + ": too many weights per output");
  }
  if (options.flash_bytes != 0) {
    const auto lower_with = [&](const std::vector<uint8_t>& bits) {
      WeightPlan candidate = plan;
      candidate.bits = bits;
      return lower(from, quantized.calibration, candidate, scales, options.activations, where);
    };
    TRY(ChosenBits chosen, choose_bits({.float_graph = from,
                                        .windows = windows,
                                        .layers = free,
                                        .flash_bytes = options.flash_bytes,
                                        .lower = lower_with,
                                        .file_bytes = file_bytes,
                                        .where = where},
                                       plan.bits, progress));
    say_chosen(chosen, free.size(), quantized.notes);
    quantized.losses = chosen.losses;
    plan.bits = std::move(chosen.bits);
  }
  TRY(quantized.lowered, lower(from, quantized.calibration, plan, scales, options.activations, where));
  return quantized;
}

}  // namespace mote
