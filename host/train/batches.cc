// Fills the shards of a batch.
#include "host/train/batches.h"

#include <algorithm>

#include "host/train/signal_change.h"
#include "host/train/streams.h"

namespace mote {

void Batches::begin_shard(uint32_t shard, size_t count) {
  batch_.inputs[shard].resize(static_cast<uint32_t>(count), seen_.window_values());
  for (auto* list : {&batch_.labels[shard], &batch_.others[shard]}) list->clear();
  batch_.shares[shard].clear();
}

const ShardedBatch& Batches::changed(std::span<const uint32_t> places, uint32_t epoch, Workers& workers) {
  const size_t values = seen_.window_values();
  workers.each(kShards, [&](uint32_t shard) {
    const size_t first = places.size() * shard / kShards, last = places.size() * (shard + 1) / kShards;
    begin_shard(shard, last - first);
    for (size_t i = first; i < last; ++i) {
      const uint32_t window = input_.train[places[i]];
      Random random = Random::stream(config_.seed, stream::kAugment + 16 * (uint64_t{epoch} << 32 | places[i]));
      const auto to = std::span(batch_.inputs[shard].values).subspan((i - first) * values, values);
      augment(window, random, to);
      batch_.labels[shard].push_back(input_.dataset.label_of[window]);
      if (config_.augment.mixup > 0) mix(shard, random, to);
    }
  });
  return batch_;
}

const ShardedBatch& Batches::plain(std::span<const uint32_t> windows) {
  const size_t values = seen_.window_values();
  for (uint32_t shard = 0; shard < kShards; ++shard) {
    const size_t first = windows.size() * shard / kShards, last = windows.size() * (shard + 1) / kShards;
    begin_shard(shard, last - first);
    for (size_t i = first; i < last; ++i) {
      standardize(seen_.window(windows[i]), standardization_, batch_.inputs[shard].values.data() + (i - first) * values);
      batch_.labels[shard].push_back(input_.dataset.label_of[windows[i]]);
    }
  }
  return batch_;
}

void Batches::augment(uint32_t window, Random& random, std::span<float> to) const {
  const std::span<const int16_t> raw = input_.dataset.window(window);
  if (input_.features == nullptr) return augmenter_.apply(raw, standardization_, random, to.data());
  augmenter_.apply(raw, {input_.features->extractor, seen_.window(window)}, standardization_, random, to);
}

// Zhang et al. 2018, "mixup": the window and another, and their classes, in the same shares.
void Batches::mix(uint32_t shard, Random& random, std::span<float> to) {
  const uint32_t other = input_.train[random.below(input_.train.size())];
  const double drawn = draw_share(config_.augment.mixup, random);
  const auto share = static_cast<float>(std::max(drawn, 1 - drawn));  // the first stays the larger part
  std::vector<float> added(to.size());
  augment(other, random, added);
  for (size_t i = 0; i < to.size(); ++i) to[i] = share * to[i] + (1 - share) * added[i];
  batch_.others[shard].push_back(input_.dataset.label_of[other]);
  batch_.shares[shard].push_back(share);
}

}  // namespace mote
