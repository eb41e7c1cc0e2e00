// Runs the layers; between two layers that meet, a shard goes its way alone.
#include "host/train/network.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"

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

// Cross-entropy of the softmax against (smoothed) labels. Sets the gradient of the logits, divided by `batch_count`, if asked.
Loss cross_entropy(const Batch& logits, const std::vector<uint32_t>& labels, double smoothing, uint32_t batch_count,
                   Batch* gradient) {
  Loss loss;
  if (logits.count == 0) return loss;
  const size_t classes = logits.values.size() / logits.count;
  if (gradient != nullptr) gradient->resize(logits.count, classes);
  std::vector<double> exponents(classes);
  for (uint32_t n = 0; n < logits.count; ++n) {
    const float* row = logits.values.data() + n * classes;
    const float* largest = std::max_element(row, row + classes);
    double total = 0;
    for (size_t c = 0; c < classes; ++c) total += exponents[c] = std::exp(static_cast<double>(row[c]) - *largest);
    for (size_t c = 0; c < classes; ++c) {
      const double target = (c == labels[n] ? 1 - smoothing : 0) + smoothing / static_cast<double>(classes);
      const double log_probability = static_cast<double>(row[c]) - *largest - std::log(total);
      if (target > 0) loss.sum -= target * log_probability;
      if (gradient != nullptr)
        gradient->values[n * classes + c] = static_cast<float>((exponents[c] / total - target) / batch_count);
    }
    loss.correct += static_cast<uint32_t>(largest - row) == labels[n];
    ++loss.count;
  }
  return loss;
}

}  // namespace

uint32_t ShardedBatch::count() const {
  uint32_t total = 0;
  for (const Batch& shard : inputs) total += shard.count;
  return total;
}

Result<Network> Network::make(const std::vector<LayerConfig>& layers, const Shape& input, uint32_t classes, uint64_t seed) {
  Network network;
  Random random = Random::stream(seed, 1);
  Shape shape = input;
  for (const LayerConfig& config : layers) {
    auto layer = make_layer(config, shape, random.next());
    if (count_of(layer->output()) == 0)
      return refuse(
          config, "has a filter that is larger than its input, " + std::to_string(shape[1]) + " by " + std::to_string(shape[2]));
    draw_weights(*layer, random);
    shape = layer->output();
    if (layer->meets()) network.meetings_.push_back(network.layers_.size());
    network.layers_.push_back(std::move(layer));
    network.names_.push_back(config.name);
  }
  if (layers.empty() || shape != Shape{1, 1, 1, classes}) {
    return Error{.cause = Cause::usage,
                 .what = "the layers end in " + std::to_string(count_of(shape)) + " values, but there are " +
                         std::to_string(classes) + " classes",
                 .where = layers.empty() ? "" : layers.back().where,
                 .todo = "end with a dense layer of " + std::to_string(classes) + " units"};
  }
  network.shards_.resize(kShards);
  for (Shard& shard : network.shards_) {
    shard.outputs.resize(layers.size());
    shard.gradients.resize(layers.size());
  }
  return network;
}

const Batch& Network::input_of(size_t layer, uint32_t shard, const ShardedBatch& batch) const {
  return layer == 0 ? batch.inputs[shard] : shards_[shard].outputs[layer - 1];
}

void Network::forward(size_t first, size_t last, uint32_t shard, const ShardedBatch& batch, Mode mode) {
  for (size_t i = first; i < last; ++i) layers_[i]->forward(shard, input_of(i, shard, batch), shards_[shard].outputs[i], mode);
}

// Layers last - 1 down to first; gradients[i] is that of layer i's output.
void Network::backward(size_t first, size_t last, uint32_t shard, const ShardedBatch& batch) {
  Shard& own = shards_[shard];
  for (size_t i = last; i-- > first;) {
    Batch* dx = i == 0 ? nullptr : &own.gradients[i - 1];
    layers_[i]->backward(shard, input_of(i, shard, batch), own.outputs[i], own.gradients[i], dx);
  }
}

void Network::clear_gradients(uint32_t shard) {
  for (Parameter* parameter : parameters()) std::fill(parameter->gradient[shard].begin(), parameter->gradient[shard].end(), 0.0f);
}

// Stretch i of the layers begins with layer meetings_[i - 1], the first stretch with layer 0.
void Network::forward_all(const ShardedBatch& batch, Workers& workers) {
  for (size_t i = 0; i <= meetings_.size(); ++i) {
    const size_t first = i == 0 ? 0 : meetings_[i - 1];
    const bool at_end = i == meetings_.size();
    const size_t last = at_end ? layers_.size() : meetings_[i];
    workers.each(kShards, [&](uint32_t shard) {
      forward(first, last, shard, batch, Mode::training);
      if (!at_end) layers_[last]->measure(shard, input_of(last, shard, batch));
    });
    if (!at_end) layers_[last]->meet();
  }
}

// On the way back a stretch ends with the layer that meets: its own backward() needs the meeting.
void Network::backward_all(const ShardedBatch& batch, Workers& workers) {
  for (size_t i = meetings_.size() + 1; i-- > 0;) {
    const size_t first = i == 0 ? 0 : meetings_[i - 1] + 1;
    const size_t last = i == meetings_.size() ? layers_.size() : meetings_[i] + 1;
    workers.each(kShards, [&](uint32_t shard) {
      backward(first, last, shard, batch);
      if (i == 0) return;
      const size_t meeting = first - 1;
      layers_[meeting]->measure_back(shard, input_of(meeting, shard, batch), shards_[shard].gradients[meeting]);
    });
    if (i > 0) layers_[first - 1]->meet_back();
  }
}

Loss Network::sum_losses() const {
  Loss total;
  for (const Shard& shard : shards_) {
    total.sum += shard.loss.sum;
    total.correct += shard.loss.correct;
    total.count += shard.loss.count;
  }
  return total;
}

Loss Network::train(const ShardedBatch& batch, double smoothing, Workers& workers) {
  forward_all(batch, workers);
  for (uint32_t shard = 0; shard < kShards; ++shard) {
    Shard& own = shards_[shard];
    own.loss = cross_entropy(own.outputs.back(), batch.labels[shard], smoothing, batch.count(), &own.gradients.back());
    if (batch.inputs[shard].count == 0) own.gradients.back().resize(0, 0);
    clear_gradients(shard);
  }
  backward_all(batch, workers);
  for (Parameter* parameter : parameters()) {
    std::vector<float>& total = parameter->gradient[0];
    for (uint32_t shard = 1; shard < kShards; ++shard)
      for (size_t i = 0; i < total.size(); ++i) total[i] += parameter->gradient[shard][i];
  }
  return sum_losses();
}

Loss Network::evaluate(const ShardedBatch& batch, Workers& workers) {
  workers.each(kShards, [&](uint32_t shard) {
    forward(0, layers_.size(), shard, batch, Mode::inference);
    shards_[shard].loss = cross_entropy(shards_[shard].outputs.back(), batch.labels[shard], 0, batch.count(), nullptr);
  });
  return sum_losses();
}

std::vector<Parameter*> Network::parameters() {
  std::vector<Parameter*> all;
  for (const auto& layer : layers_)
    for (Parameter* parameter : layer->parameters()) all.push_back(parameter);
  return all;
}

std::vector<std::vector<float>*> Network::state() {
  std::vector<std::vector<float>*> all;
  for (Parameter* parameter : parameters()) all.push_back(&parameter->value);
  for (const auto& layer : layers_)
    for (std::vector<float>* list : layer->state()) all.push_back(list);
  return all;
}

Graph Network::graph() const {
  Graph graph;
  Value input;
  input.name = "input";
  input.shape = layers_.front()->input();
  graph.inputs = {graph.add(std::move(input))};
  ValueId value = graph.input();
  for (size_t i = 0; i < layers_.size(); ++i) value = layers_[i]->write(graph, value, names_[i]);
  Node softmax;
  softmax.op = Op::softmax;
  softmax.inputs = {value};
  graph.outputs = {add_node(graph, std::move(softmax), "softmax", graph.values[value].shape)};
  return graph;
}

}  // namespace mote
