// Batches of windows as a network takes them: changed and mixed to learn from, or as they are.
#pragma once

#include "host/train/augment.h"
#include "host/train/fit.h"
#include "host/train/network.h"
#include "host/train/workers.h"

namespace mote {

// What the network sees, before standardization.
inline const Dataset& seen(const FitInput& input) { return input.features != nullptr ? input.features->dataset : input.dataset; }

class Batches {
 public:
  // Configuration and input must outlive it.
  Batches(const TrainConfig& config, const FitInput& input, Augmenter augmenter, Standardization standardization)
      : config_(config),
        input_(input),
        seen_(seen(input)),
        augmenter_(std::move(augmenter)),
        standardization_(std::move(standardization)) {}

  // To learn from; `places` are into input.train. What is drawn for a window depends on its place and the epoch alone.
  const ShardedBatch& changed(std::span<const uint32_t> places, uint32_t epoch, Workers& workers);
  // Windows as they are. Either batch holds until the next is made.
  const ShardedBatch& plain(std::span<const uint32_t> windows);
  const Standardization& standardization() const { return standardization_; }

 private:
  void begin_shard(uint32_t shard, size_t count);
  void augment(uint32_t window, Random& random, std::span<float> to) const;
  void mix(uint32_t shard, Random& random, std::span<float> to);

  const TrainConfig& config_;
  const FitInput& input_;
  const Dataset& seen_;
  Augmenter augmenter_;
  Standardization standardization_;
  ShardedBatch batch_;
};

}  // namespace mote
