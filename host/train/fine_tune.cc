// Loads, folds, and puts on grids.
#include "host/train/fine_tune.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/progress.h"
#include "quantize/calibrate/joined_ranges.h"
#include "quantize/operators/rules.h"
#include "quantize/passes/passes.h"

namespace mote {
namespace {

Error cannot_tune(const std::string& what, const std::string& where, const std::string& todo = "") {
  return Error{.cause = Cause::usage, .what = what, .where = where, .todo = todo};
}

// The layers without their batch norms; who read one reads what that read.
std::vector<LayerConfig> without_norms(const std::vector<LayerConfig>& layers) {
  std::vector<LayerConfig> kept;
  std::vector<size_t> place;  // of each layer in `kept`
  for (size_t i = 0; i < layers.size(); ++i) {
    LayerConfig layer = layers[i];
    if (layer.from.empty()) layer.from = {i == 0 ? kNetworkInput : i - 1};
    for (size_t& from : layer.from)
      if (from != kNetworkInput) from = place[from];
    if (layer.kind == LayerKind::batch_norm) {
      place.push_back(layer.from.front());
      continue;
    }
    layer.bias = true;
    place.push_back(kept.size());
    kept.push_back(std::move(layer));
  }
  return kept;
}

struct Channels {
  uint32_t count = 0, inner = 0;  // element i belongs to channel i / inner % count
};

Channels channels_of(const Graph& graph, const Node& node) {
  const Shape& shape = graph.values[node.inputs[1]].shape;
  if (node.op == Op::conv_2d) return {shape[0], shape[1] * shape[2] * shape[3]};
  if (node.op == Op::fully_connected) return {shape[2], shape[3]};
  return {shape[3], 1};
}

bool is_weighted(Op op) { return op == Op::conv_2d || op == Op::depthwise_conv_2d || op == Op::fully_connected; }

// Values that share a scale, as join_ranges() and the operators' lowering have it.
class Groups {
 public:
  explicit Groups(const Graph& graph) : group_(graph.values.size()) {
    std::iota(group_.begin(), group_.end(), 0u);
    for (const Node& node : graph.nodes) {
      const Scales scales = rules(node.op).scales;
      if (scales == Scales::kept) join(node.output, node.inputs[0]);
      if (scales != Scales::joined) continue;
      for (const ValueId input : node.inputs)
        if (!graph.values[input].constant && uses(graph, input) == 1) join(node.output, input);
    }
  }
  ValueId of(ValueId id) const { return group_[id] == id ? id : of(group_[id]); }

 private:
  void join(ValueId a, ValueId b) { group_[of(a)] = of(b); }
  std::vector<ValueId> group_;
};

// By the name of a value of the graph: the last layer whose work is part of it.
std::map<std::string, std::string> places_of(const Graph& graph, const std::vector<LayerConfig>& layers) {
  std::map<std::string, bool> held;
  for (const Value& value : graph.values) held[value.name] = true;
  std::vector<std::string> root;
  std::map<std::string, std::string> places = {{"input", "input"}};
  for (const LayerConfig& layer : layers) {
    const size_t from = layer.from.front();
    root.push_back(held.count(layer.name) != 0 ? layer.name : from == kNetworkInput ? "input" : root[from]);
    if (layer.kind != LayerKind::dropout) places[root.back()] = layer.name;
  }
  return places;
}

class Gridding {
 public:
  Gridding(const FineTuneInput& input, std::vector<LayerConfig> layers, TunedNetwork& tuned)
      : input_(input), layers_(std::move(layers)), tuned_(tuned), keeps_(input.config.fit.quantized.keep_scales) {}

  Result<void> run() {
    TRY(Graph graph, folded());
    for (const Node& node : graph.nodes) {
      if (rules(node.op).quantize != nullptr) continue;
      return cannot_tune("layer '" + graph.values[node.output].name + "' is a " + std::string(rules(node.op).name) +
                             " that no convolution or dense layer before it can take over: it cannot be quantized",
                         input_.config.where);
    }
    if (keeps_) {
      tuned_.kept = scales_of(*input_.parent.quantized);
      TRY_DO(take_model(graph));
      tuned_.network.load(graph);
    }
    for (const Node& node : graph.nodes)
      if (is_weighted(node.op)) TRY_DO(put_weights(graph, node));
    TRY(graph, folded());
    put_activations(graph);
    return {};
  }

 private:
  Result<Graph> folded() {
    Graph graph = tuned_.network.graph();
    TRY_DO(run_passes(graph, input_.config.where));
    return graph;
  }

  Error misses(const std::string& name) const {
    return cannot_tune("the model has no scales for '" + name + "'", input_.parent.where,
                       "run: mote quantize " + input_.parent.where);
  }

  // The weights and biases of the parent's model in place of the float ones.
  Result<void> take_model(Graph& graph) const {
    const Graph& model = *input_.parent.quantized;
    for (const Node& node : graph.nodes) {
      if (!is_weighted(node.op)) continue;
      const auto found = std::find_if(model.nodes.begin(), model.nodes.end(), [&](const Node& candidate) {
        return candidate.op == node.op && model.values[candidate.output].name == graph.values[node.output].name;
      });
      if (found == model.nodes.end()) return misses(graph.values[node.output].name);
      const Channels channels = channels_of(graph, node);
      for (const size_t i : {1, 2}) {
        const Value& from = model.values[found->inputs[i]];
        std::vector<float>& to = graph.values[node.inputs[i]].floats;
        if (from.integers.size() != to.size() || from.quantization.scale.size() != channels.count) return misses(from.name);
        for (size_t k = 0; k < to.size(); ++k)
          to[k] =
              static_cast<float>(from.integers[k]) * from.quantization.scale[i == 2 ? k : k / channels.inner % channels.count];
      }
    }
    return {};
  }

  Result<void> put_weights(const Graph& graph, const Node& node) {
    const Value& weights = graph.values[node.inputs[1]];
    const std::string& layer = graph.values[node.output].name;
    const Channels channels = channels_of(graph, node);
    uint32_t bits = input_.config.fit.quantized.weight_bits;
    if (!keeps_) {
      Scale scale(first_weight_scales(weights.floats, channels.count, channels.inner, bits), true);
      tuned_.network.put_weights_on_grid(layer, std::move(scale), channels.inner, bits, false);
      return {};
    }
    const ValueQuantization* kept = find_scales(tuned_.kept, weights.name);
    if (kept == nullptr) return misses(weights.name);
    tuned_.network.put_weights_on_grid(layer, Scale(kept->scale, false), channels.inner, kept->bits, true);
    return {};
  }

  std::shared_ptr<ActivationGrid> grid_of(const Graph& graph, const Calibration& calibration, const Groups& groups,
                                          ValueId id) const {
    if (keeps_) {
      const ValueQuantization* kept = find_scales(tuned_.kept, graph.values[id].name);
      if (kept == nullptr) return nullptr;
      return std::make_shared<ActivationGrid>(ActivationGrid{Scale({kept->scale[0]}, false), kept->zero_point});
    }
    double low = 0, high = 0;
    for (ValueId other = 0; other < graph.values.size(); ++other) {
      if (graph.values[other].constant || groups.of(other) != groups.of(id)) continue;
      low = std::min(low, static_cast<double>(calibration.values[other].low));
      high = std::max(high, static_cast<double>(calibration.values[other].high));
    }
    const Affine affine = affine_for(low, high);
    return std::make_shared<ActivationGrid>(ActivationGrid{Scale({affine.scale}, true), affine.zero_point});
  }

  void put_activations(const Graph& graph) {
    NoProgress silent;
    Calibration calibration = calibrate(graph, input_.windows, {}, silent);
    join_ranges(graph, calibration);
    const Groups groups(graph);
    const std::map<std::string, std::string> places = places_of(graph, layers_);
    std::map<ValueId, std::shared_ptr<ActivationGrid>> grids;  // by group
    const auto put = [&](ValueId id, bool keeps) {
      const auto place = places.find(graph.values[id].name);
      if (place == places.end()) return;
      std::shared_ptr<ActivationGrid>& grid = grids[groups.of(id)];
      if (!grid) grid = grid_of(graph, calibration, groups, id);
      if (grid && !keeps) tuned_.network.put_activations_on_grid(place->second, grid);
    };
    put(graph.input(), false);
    for (const Node& node : graph.nodes) put(node.output, rules(node.op).scales == Scales::kept);
    for (const Node& node : graph.nodes) {
      if (!is_weighted(node.op) && node.op != Op::mean) continue;
      const auto in = grids.find(groups.of(node.inputs[0])), out = grids.find(groups.of(node.output));
      if (in == grids.end() || out == grids.end() || !in->second || !out->second) continue;
      const Shape& shape = graph.values[node.inputs[0]].shape;
      const uint32_t count = node.op == Op::mean ? shape[1] * shape[2] : 1;
      tuned_.network.put_sums_on_grid(graph.values[node.output].name, count, in->second, out->second);
    }
    for (ValueId id = 0; id < graph.values.size(); ++id) {
      const auto grid = graph.values[id].constant ? grids.end() : grids.find(groups.of(id));
      if (grid != grids.end() && grid->second) tuned_.activations.emplace_back(graph.values[id].name, grid->second);
    }
  }

  const FineTuneInput& input_;
  std::vector<LayerConfig> layers_;
  TunedNetwork& tuned_;
  bool keeps_;
};

}  // namespace

FixedScales TunedNetwork::scales() const {
  if (!kept.empty()) return kept;
  FixedScales scales;
  for (const auto& [name, grid] : activations) scales.push_back({name, {grid->affine().scale}, grid->zero_point, 8});
  for (const WeightGrid& grid : network.weight_grids()) scales.push_back({grid.name(), grid.scales(), 0, grid.bits()});
  return scales;
}

Result<TunedNetwork> fine_tune(const FineTuneInput& input) {
  const TrainConfig& config = input.config;
  const Parent& parent = input.parent;
  TRY(Network whole, Network::make(input.layers, input.shape, input.classes, config.seed, config.fit.goal, input.tensor));
  if (!parent.folded) TRY_DO(check_layers(parent, whole.graph(), config.where));
  if (!parent.folded && !config.fit.quantized.any()) {
    whole.load(parent.graph);
    return TunedNetwork{.network = std::move(whole)};
  }
  whole.load(parent.graph);
  std::vector<LayerConfig> layers = without_norms(input.layers);
  TRY(Network folded, Network::make(layers, input.shape, input.classes, config.seed, config.fit.goal, input.tensor));
  if (parent.folded) TRY_DO(check_layers(parent, folded.graph(), config.where));
  Graph source = parent.graph;
  TRY_DO(run_passes(source, parent.where));
  for (const Node& node : source.nodes)
    if (node.op == Op::batch_norm)
      return cannot_tune(
          "layer '" + source.values[node.output].name +
              "' is a batch norm that no convolution or dense layer before it can take over: it cannot be quantized",
          config.where);
  folded.load(source);
  TunedNetwork tuned{.network = std::move(folded)};
  if (config.fit.quantized.any()) TRY_DO(Gridding(input, std::move(layers), tuned).run());
  return tuned;
}

}  // namespace mote
