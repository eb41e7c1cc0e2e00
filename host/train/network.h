// A network of layers: made from a configuration, run forward and back over shards, written as a graph.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "host/train/config.h"
#include "host/train/layer.h"
#include "host/train/workers.h"

namespace mote {

// A batch of windows cut into shards, with the class of each.
struct ShardedBatch {
  Batch inputs[kShards];
  std::vector<uint32_t> labels[kShards];
  uint32_t count() const;
};

struct Loss {
  double sum = 0;  // of the cross-entropy
  uint32_t correct = 0;
  uint32_t count = 0;
  double mean() const { return count == 0 ? 0 : sum / count; }
  double accuracy() const { return count == 0 ? 0 : static_cast<double>(correct) / count; }
};

class Network {
 public:
  // Input [1, 1, samples, channels]; the last layer must make `classes` values. Weights are drawn from `seed` (He et al. 2015).
  static Result<Network> make(const std::vector<LayerConfig>& layers, const Shape& input, uint32_t classes, uint64_t seed);

  // One step's gradients, of the mean loss over the batch: each parameter's gradient[0] holds the sum over the shards.
  Loss train(const ShardedBatch& batch, double smoothing, Workers& workers);
  // Loss and correct answers with the running statistics.
  Loss evaluate(const ShardedBatch& batch, Workers& workers);

  std::vector<Parameter*> parameters();
  // Everything that makes the model: parameters and running statistics.
  std::vector<std::vector<float>*> state();

  // Float graph; ends in a softmax.
  Graph graph() const;

 private:
  struct Shard {
    std::vector<Batch> outputs, gradients;  // per layer
    Loss loss;
  };

  const Batch& input_of(size_t layer, uint32_t shard, const ShardedBatch& batch) const;
  void forward(size_t first, size_t last, uint32_t shard, const ShardedBatch& batch, Mode mode);
  void backward(size_t first, size_t last, uint32_t shard, const ShardedBatch& batch);
  void forward_all(const ShardedBatch& batch, Workers& workers);
  void backward_all(const ShardedBatch& batch, Workers& workers);
  void clear_gradients(uint32_t shard);
  Loss sum_losses() const;

  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<std::string> names_;
  std::vector<size_t> meetings_;  // the layers that meet
  std::vector<Shard> shards_;
};

}  // namespace mote
