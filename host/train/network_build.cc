// Makes a network from the tables of a configuration, with weights drawn at random.
#include <cmath>
#include <limits>

#include "host/train/network.h"
#include "host/train/streams.h"

namespace mote {
namespace {

Error refuse(const LayerConfig& layer, const std::string& what) {
  return Error{.cause = Cause::usage, .what = "layer '" + layer.name + "' " + what, .where = layer.where, .todo = ""};
}

std::unique_ptr<Layer> make_layer(const LayerConfig& config, const Shape& input, uint64_t seed) {
  const Sweep sweep = Sweep::over(input, config.filter_height, config.filter_width, config.stride, config.same);
  switch (config.kind) {
    case LayerKind::conv:
      return make_conv(input, sweep, config.filters, config.bias);
    case LayerKind::depthwise_conv:
      return make_depthwise_conv(input, sweep, config.bias);
    case LayerKind::dense:
      return make_dense(input, config.filters, config.bias);
    case LayerKind::batch_norm:
      return make_batch_norm(input);
    case LayerKind::relu:
      return make_clamp(input, 0, std::numeric_limits<float>::infinity());
    case LayerKind::relu6:
      return make_clamp(input, 0, 6);
    case LayerKind::max_pool:
      return make_max_pool(input, sweep);
    case LayerKind::global_average_pool:
      return make_mean(input);
    case LayerKind::dropout:
      return make_dropout(input, config.rate, seed);
    case LayerKind::add:
    case LayerKind::concat:
      break;
  }
  return nullptr;
}

// He et al. 2015, uniform: keeps the variance through layers that ReLU halves.
void draw_weights(Layer& layer, Random& random) {
  for (Parameter* parameter : layer.parameters()) {
    if (!parameter->decays) continue;
    const double inputs = static_cast<double>(parameter->value.size()) / layer.output()[3];
    const double limit = std::sqrt(6 / inputs);
    for (float& weight : parameter->value) weight = static_cast<float>(random.uniform(-limit, limit));
  }
}

}  // namespace

// Adds one layer behind those that it reads.
Result<void> Network::add(const LayerConfig& config, Random& random) {
  Step step{.layer = nullptr, .join = nullptr, .name = config.name, .from = config.from};
  if (step.from.empty()) step.from = {steps_.empty() ? kNetworkInput : steps_.size() - 1};
  const uint64_t seed = random.next();
  const bool joins = config.kind == LayerKind::add || config.kind == LayerKind::concat;
  if (joins) {
    std::vector<Shape> shapes;
    for (const size_t from : step.from) shapes.push_back(shape_of(from));
    step.join = config.kind == LayerKind::add ? make_add(shapes) : make_concat(shapes);
    if (!step.join) return refuse(config, "joins layers whose outputs have different sizes");
  } else {
    const Shape& shape = shape_of(step.from.front());
    step.layer = make_layer(config, shape, seed);
    if (count_of(step.layer->output()) == 0)
      return refuse(
          config, "has a filter that is larger than its input, " + std::to_string(shape[1]) + " by " + std::to_string(shape[2]));
    draw_weights(*step.layer, random);
    if (step.layer->meets()) meetings_.push_back(steps_.size());
  }
  steps_.push_back(std::move(step));
  return {};
}

// Everything is read by something, and the last makes what is asked for.
Result<void> Network::check_end(const std::vector<LayerConfig>& layers, uint32_t classes) const {
  std::vector<bool> read(layers.size(), false);
  for (const Step& step : steps_)
    for (const size_t from : step.from)
      if (from != kNetworkInput) read[from] = true;
  for (size_t i = 0; i + 1 < layers.size(); ++i)
    if (!read[i]) return refuse(layers[i], "is read by no other layer");
  const uint64_t made = steps_.empty() ? 0 : count_of(steps_.back().output());
  const bool classifies = goal_ == Goal::classify;
  const uint64_t wanted = classifies ? classes : count_of(input_);
  if (made == wanted && (!classifies || steps_.back().output() == Shape{1, 1, 1, classes})) return {};
  return Error{.cause = Cause::usage,
               .what = "the layers end in " + std::to_string(made) + " values, but there are " + std::to_string(wanted) +
                       (classifies ? " classes" : " in the input"),
               .where = layers.empty() ? "" : layers.back().where,
               .todo = "end with a dense layer of " + std::to_string(wanted) + " units"};
}

Result<Network> Network::make(const std::vector<LayerConfig>& layers, const Shape& input, uint32_t classes, uint64_t seed,
                              Goal goal, const std::optional<Shape>& tensor) {
  Network network;
  network.input_ = input;
  network.tensor_ = tensor.value_or(Shape{1, 1, input[1] * input[2], input[3]});
  network.goal_ = goal;
  Random random = Random::stream(seed, stream::kWeights);
  for (const LayerConfig& config : layers) TRY_DO(network.add(config, random));
  TRY_DO(network.check_end(layers, classes));
  network.shards_.resize(kShards);
  for (Shard& shard : network.shards_) {
    shard.outputs.resize(layers.size());
    shard.gradients.resize(layers.size());
  }
  return network;
}

}  // namespace mote
