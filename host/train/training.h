// The epochs of one training: steps over shuffled batches, a validation after each epoch, the best weights kept.
#pragma once

#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "host/train/batches.h"
#include "host/train/fine_tune.h"
#include "host/train/optimizer.h"

namespace mote {

class Training {
 public:
  // Configuration, input and parent (null: none) must outlive it.
  Training(const TrainConfig& config, const FitInput& input, TunedNetwork tuned, Batches batches, const Parent* parent,
           uint32_t threads);

  Result<Fit> run(const std::string& label, Progress& progress, Checkpoint* checkpoint);

 private:
  using Weights = std::vector<std::vector<float>>;

  // What the epochs to come depend on, besides the network, the optimizer and the order of the windows.
  struct Standing {
    uint32_t epochs = 0;  // done
    uint32_t best_epoch = 0;
    double least = std::numeric_limits<double>::infinity();  // validation loss
    Weights average, best;
    std::vector<Epoch> history;
  };

  bool out_of_patience() const;
  void one_epoch(Progress& progress);
  Epoch learn(uint32_t epoch);
  Loss validate();
  template <typename Archive>
  void exchange(Archive& archive);
  Result<void> resume(Checkpoint& checkpoint, const Digest& identity);

  const TrainConfig& config_;
  const FitInput& input_;
  const Parent* parent_;
  TunedNetwork tuned_;
  Network& network_;
  Batches batches_;
  std::unique_ptr<Optimizer> optimizer_;
  Objective objective_;
  Workers workers_;
  std::vector<uint32_t> order_;  // places in input_.train
  uint64_t steps_per_epoch_ = 1;
  Standing standing_;
};

}  // namespace mote
