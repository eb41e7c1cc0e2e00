// A network of layers: made from a configuration, run forward and back over shards, written as a graph.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "host/train/accumulator_grid.h"
#include "host/train/config.h"
#include "host/train/fake_quantize.h"
#include "host/train/layer.h"
#include "host/train/workers.h"

namespace mote {

// A batch of windows cut into shards, with the class of each.
struct ShardedBatch {
  Batch inputs[kShards];
  std::vector<uint32_t> labels[kShards];
  // Of windows that were mixed from two: the other's class, and the share of `labels`. Empty when none was.
  std::vector<uint32_t> others[kShards];
  std::vector<float> shares[kShards];
  uint32_t count() const;
};

// What a step makes smaller: the cross-entropy against smoothed labels, or the mean square of (output - input).
struct Objective {
  double smoothing = 0;
  std::vector<double> class_weights;  // factor of the loss of each class; empty: all 1
};

struct Loss {
  double sum = 0;  // of the cross-entropy or of the mean squares
  uint32_t correct = 0;
  uint32_t count = 0;
  double mean() const { return count == 0 ? 0 : sum / count; }
  double accuracy() const { return count == 0 ? 0 : static_cast<double>(correct) / count; }
};

class Network {
 public:
  // Input [1, height, width, channels]; the last layer must make `classes` values, or as many as the input has when it is to be
  // reconstructed. Weights are drawn from `seed` (He et al. 2015). `tensor` is the shape in which the front end gives the same
  // values; without it [1, 1, height * width, channels].
  static Result<Network> make(const std::vector<LayerConfig>& layers, const Shape& input, uint32_t classes, uint64_t seed,
                              Goal goal = Goal::classify, const std::optional<Shape>& tensor = std::nullopt);

  // One step's gradients, of the mean loss over the batch: each parameter's gradient[0] holds the sum over the shards.
  Loss train(const ShardedBatch& batch, const Objective& objective, Workers& workers);
  // Loss and correct answers with the running statistics.
  Loss evaluate(const ShardedBatch& batch, Workers& workers);

  std::vector<Parameter*> parameters();
  // Everything that makes the model: parameters and running statistics.
  std::vector<std::vector<float>*> state();

  // What the last pass made of a shard: scores, before the softmax.
  const Batch& made(uint32_t shard) const { return shards_[shard].outputs.back(); }

  // Takes the constants of a graph of the same layers (quantize/passes may have run over it): of each layer that has some, those
  // of the node that bears its name.
  void load(const Graph& graph);

  // From now on the weights of the named layer, and the activations behind the step of that name ("input": the input), are put
  // on their grid. Activations that share a grid share the pointer. The sums of a layer come last: of weights that are on their
  // grid, or of a mean over `count` places.
  void put_weights_on_grid(const std::string& layer, Scale scale, uint32_t inner, uint32_t bits, bool keep);
  void put_activations_on_grid(const std::string& step, std::shared_ptr<ActivationGrid> grid);
  void put_sums_on_grid(const std::string& layer, uint32_t count, std::shared_ptr<ActivationGrid> input,
                        std::shared_ptr<ActivationGrid> output);
  const std::vector<WeightGrid>& weight_grids() const { return weight_grids_; }

  // Where the random numbers of dropout stand.
  std::vector<Random*> randoms();

  // Float graph. Its input is what the front end makes; it ends in a softmax, or in the
  // reconstruction.
  Graph graph() const;

 private:
  // A layer, or a join, and the steps that it reads.
  struct Step {
    std::unique_ptr<Layer> layer;
    std::unique_ptr<Join> join;
    std::string name;
    std::vector<size_t> from;
    const Shape& output() const { return layer ? layer->output() : join->output(); }
  };
  struct Shard {
    std::vector<Batch> outputs, gradients;  // per step
    std::vector<bool> touched;              // whether a gradient has begun to be summed
    Batch part;                             // of a gradient that several steps add to
    Loss loss;
  };

  Result<void> add(const LayerConfig& config, Random& random);
  Result<void> check_end(const std::vector<LayerConfig>& layers, uint32_t classes) const;
  const Shape& shape_of(size_t step) const { return step == kNetworkInput ? input_ : steps_[step].output(); }
  const Batch& output_of(size_t step, uint32_t shard, const ShardedBatch& batch) const;
  const Batch& input_of(size_t step, uint32_t shard, const ShardedBatch& batch) const;
  void forward_step(size_t step, uint32_t shard, const ShardedBatch& batch, Mode mode);
  void backward_input(size_t step, size_t which, uint32_t shard, const ShardedBatch& batch);
  Loss judge(uint32_t shard, const ShardedBatch& batch, const Objective& objective, Batch* gradient) const;
  void forward(size_t first, size_t last, uint32_t shard, const ShardedBatch& batch, Mode mode);
  void backward(size_t first, size_t last, uint32_t shard, const ShardedBatch& batch);
  void forward_all(const ShardedBatch& batch, Workers& workers);
  void backward_all(const ShardedBatch& batch, Workers& workers);
  void clear_gradients(uint32_t shard);
  void put_grids() const;
  void pull_grids();
  void insert_behind(size_t behind, std::unique_ptr<Layer> layer);
  size_t step_of(const std::string& name) const;                    // the last of that name, or kNetworkInput
  Parameter* parameter_of(const std::string& layer, bool weights);  // its weights, or its bias
  std::vector<Parameter*> layer_parameters();                       // what layers multiply with; on a grid when they are on one
  Loss sum_losses() const;

  Shape input_{}, tensor_{};
  Goal goal_ = Goal::classify;
  std::vector<Step> steps_;       // each after those that it reads
  std::vector<size_t> meetings_;  // the steps whose layers meet
  std::vector<Shard> shards_;
  std::vector<WeightGrid> weight_grids_;
  std::vector<std::shared_ptr<ActivationGrid>> activation_grids_;  // each once
  struct Sums {
    AccumulatorGrid grid;
    size_t weights;  // their place in weight_grids_, or kNoWeights
    uint32_t channels;
  };
  static constexpr size_t kNoWeights = SIZE_MAX;
  std::vector<Sums> sums_;
};

}  // namespace mote
