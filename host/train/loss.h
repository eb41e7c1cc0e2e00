// What a training makes smaller, and its gradient.
#pragma once

#include <vector>

#include "host/train/network.h"

namespace mote {

// The classes of a shard's windows; of those that were mixed, also the other one's, and the share of the first.
struct Targets {
  const std::vector<uint32_t>& labels;
  const std::vector<uint32_t>& others;
  const std::vector<float>& shares;  // as `others`: empty when nothing was mixed
};

// Cross-entropy of the softmax against the targets. Sets the gradient of the logits, divided by `batch_count`, if asked.
Loss cross_entropy(const Batch& logits, const Targets& targets, const Objective& objective, uint32_t batch_count,
                   Batch* gradient);

// The mean over each window of (made - wanted)^2, summed over windows; the gradient likewise.
Loss mean_square(const Batch& made, const Batch& wanted, uint32_t batch_count, Batch* gradient);

}  // namespace mote
