// Runs the layers; between two layers that meet, a shard goes its way alone.
#include "host/train/network.h"

#include <algorithm>

#include "host/train/loss.h"

namespace mote {

uint32_t ShardedBatch::count() const {
  uint32_t total = 0;
  for (const Batch& shard : inputs) total += shard.count;
  return total;
}

const Batch& Network::output_of(size_t step, uint32_t shard, const ShardedBatch& batch) const {
  return step == kNetworkInput ? batch.inputs[shard] : shards_[shard].outputs[step];
}

const Batch& Network::input_of(size_t step, uint32_t shard, const ShardedBatch& batch) const {
  return output_of(steps_[step].from.front(), shard, batch);
}

void Network::forward_step(size_t at, uint32_t shard, const ShardedBatch& batch, Mode mode) {
  const Step& step = steps_[at];
  Batch& y = shards_[shard].outputs[at];
  if (step.layer) return step.layer->forward(shard, input_of(at, shard, batch), y, mode);
  std::vector<const Batch*> inputs;
  for (const size_t from : step.from) inputs.push_back(&output_of(from, shard, batch));
  step.join->forward(inputs, y);
}

void Network::forward(size_t first, size_t last, uint32_t shard, const ShardedBatch& batch, Mode mode) {
  for (size_t i = first; i < last; ++i) forward_step(i, shard, batch, mode);
}

// Gives input number `which` of a step its gradient, or adds to what later steps gave it.
void Network::backward_input(size_t at, size_t which, uint32_t shard, const ShardedBatch& batch) {
  const Step& step = steps_[at];
  Shard& own = shards_[shard];
  const size_t from = step.from[which];
  const bool to_input = from == kNetworkInput, more = !to_input && own.touched[from];
  Batch* dx = to_input ? nullptr : more ? &own.part : &own.gradients[from];
  if (step.layer) {
    step.layer->backward(shard, input_of(at, shard, batch), own.outputs[at], own.gradients[at], dx);
  } else if (dx != nullptr) {
    step.join->backward(which, own.gradients[at], *dx);
  }
  if (to_input) return;
  own.touched[from] = true;
  if (!more) return;
  std::vector<float>& sum = own.gradients[from].values;
  for (size_t i = 0; i < sum.size(); ++i) sum[i] += own.part.values[i];
}

// Steps last - 1 down to first; gradients[i] is that of step i's output.
void Network::backward(size_t first, size_t last, uint32_t shard, const ShardedBatch& batch) {
  for (size_t i = last; i-- > first;)
    for (size_t which = 0; which < steps_[i].from.size(); ++which) backward_input(i, which, shard, batch);
}

void Network::clear_gradients(uint32_t shard) {
  for (Parameter* parameter : layer_parameters())
    std::fill(parameter->gradient[shard].begin(), parameter->gradient[shard].end(), 0.0f);
}

// Stretch i of the steps begins with step meetings_[i - 1], the first stretch with step 0.
void Network::forward_all(const ShardedBatch& batch, Workers& workers) {
  for (size_t i = 0; i <= meetings_.size(); ++i) {
    const size_t first = i == 0 ? 0 : meetings_[i - 1];
    const bool at_end = i == meetings_.size();
    const size_t last = at_end ? steps_.size() : meetings_[i];
    workers.each(kShards, [&](uint32_t shard) {
      forward(first, last, shard, batch, Mode::training);
      if (!at_end) steps_[last].layer->measure(shard, input_of(last, shard, batch));
    });
    if (!at_end) steps_[last].layer->meet();
  }
}

// On the way back a stretch ends with the layer that meets: its own backward() needs the meeting.
void Network::backward_all(const ShardedBatch& batch, Workers& workers) {
  for (size_t i = meetings_.size() + 1; i-- > 0;) {
    const size_t first = i == 0 ? 0 : meetings_[i - 1] + 1;
    const size_t last = i == meetings_.size() ? steps_.size() : meetings_[i] + 1;
    workers.each(kShards, [&](uint32_t shard) {
      backward(first, last, shard, batch);
      if (i == 0) return;
      const size_t meeting = first - 1;
      steps_[meeting].layer->measure_back(shard, input_of(meeting, shard, batch), shards_[shard].gradients[meeting]);
    });
    if (i > 0) steps_[first - 1].layer->meet_back();
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

Loss Network::judge(uint32_t shard, const ShardedBatch& batch, const Objective& objective, Batch* gradient) const {
  const Batch& made = shards_[shard].outputs.back();
  if (goal_ == Goal::reconstruct) return mean_square(made, batch.inputs[shard], batch.count(), gradient);
  return cross_entropy(made, {batch.labels[shard], batch.others[shard], batch.shares[shard]}, objective, batch.count(), gradient);
}

Loss Network::train(const ShardedBatch& batch, const Objective& objective, Workers& workers) {
  put_grids();
  forward_all(batch, workers);
  for (uint32_t shard = 0; shard < kShards; ++shard) {
    Shard& own = shards_[shard];
    own.loss = judge(shard, batch, objective, &own.gradients.back());
    own.touched.assign(steps_.size(), false);
    if (batch.inputs[shard].count == 0) own.gradients.back().resize(0, 0);
    clear_gradients(shard);
  }
  backward_all(batch, workers);
  for (Parameter* parameter : layer_parameters()) {
    std::vector<float>& total = parameter->gradient[0];
    for (uint32_t shard = 1; shard < kShards; ++shard)
      for (size_t i = 0; i < total.size(); ++i) total[i] += parameter->gradient[shard][i];
  }
  pull_grids();
  return sum_losses();
}

Loss Network::evaluate(const ShardedBatch& batch, Workers& workers) {
  put_grids();
  workers.each(kShards, [&](uint32_t shard) {
    forward(0, steps_.size(), shard, batch, Mode::inference);
    shards_[shard].loss = judge(shard, batch, {}, nullptr);
  });
  return sum_losses();
}

std::vector<Parameter*> Network::layer_parameters() {
  std::vector<Parameter*> all;
  for (const Step& step : steps_)
    if (step.layer)
      for (Parameter* parameter : step.layer->parameters()) all.push_back(parameter);
  return all;
}

std::vector<std::vector<float>*> Network::state() {
  std::vector<std::vector<float>*> all;
  for (Parameter* parameter : parameters()) all.push_back(&parameter->value);
  for (const Step& step : steps_)
    if (step.layer)
      for (std::vector<float>* list : step.layer->state()) all.push_back(list);
  return all;
}

std::vector<Random*> Network::randoms() {
  std::vector<Random*> all;
  for (const Step& step : steps_)
    if (step.layer)
      for (Random* random : step.layer->randoms()) all.push_back(random);
  return all;
}

void Network::load(const Graph& graph) {
  for (const Step& step : steps_) {
    if (!step.layer) continue;
    std::vector<std::vector<float>*> lists;
    for (Parameter* parameter : step.layer->parameters()) lists.push_back(&parameter->value);
    for (std::vector<float>* list : step.layer->state()) lists.push_back(list);
    for (const Node& node : graph.nodes) {
      if (graph.values[node.output].name != step.name) continue;
      for (size_t i = 0; i < lists.size() && i + 1 < node.inputs.size(); ++i) {
        const std::vector<float>& floats = graph.values[node.inputs[i + 1]].floats;
        if (floats.size() == lists[i]->size()) *lists[i] = floats;
      }
    }
  }
}

Graph Network::graph() const {
  put_grids();
  Graph graph;
  Value input;
  input.name = "input";
  input.shape = tensor_;
  graph.inputs = {graph.add(std::move(input))};
  ValueId begin = graph.input();
  if (input_ != tensor_) begin = add_node(graph, {.op = Op::reshape, .inputs = {begin}}, "image", input_);
  std::vector<ValueId> made;
  for (const Step& step : steps_) {
    std::vector<ValueId> inputs;
    for (const size_t from : step.from) inputs.push_back(from == kNetworkInput ? begin : made[from]);
    made.push_back(step.layer ? step.layer->write(graph, inputs.front(), step.name) : step.join->write(graph, inputs, step.name));
  }
  graph.outputs = {made.back()};
  if (goal_ == Goal::classify)
    graph.outputs = {add_node(graph, {.op = Op::softmax, .inputs = {made.back()}}, "softmax", graph.values[made.back()].shape)};
  return graph;
}

}  // namespace mote
