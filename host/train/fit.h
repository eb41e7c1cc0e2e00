// Trains a network on some windows of a data set, stopping by others.
#pragma once

#include <span>
#include <vector>

#include "base/json_fwd.h"
#include "base/progress.h"
#include "base/result.h"
#include "host/data/dataset.h"
#include "host/train/checkpoint.h"
#include "host/train/config.h"
#include "host/train/features.h"
#include "host/train/parent.h"
#include "host/train/shards.h"
#include "quantize/compile.h"

namespace mote {

struct Epoch {
  double rate = 0;
  double loss = 0, accuracy = 0;  // over the training windows, as they were learned from
  double validation_loss = 0, validation_accuracy = 0;
};

struct Fit {
  Graph graph;  // float, with the weights of the best epoch
  Standardization standardization;
  std::vector<Epoch> history;
  uint32_t best_epoch = 0;  // index into history: least validation loss
  FixedScales scales = {};  // of a training on grids, whose graph holds weights on them
};

struct FitInput {
  const Dataset& dataset;
  std::span<const uint32_t> train, validation;  // windows; both not empty
  const Features* features = nullptr;           // of the same windows; null: the network sees the raw samples
};

// The result depends on the configuration, the seed, and the windows named: not on `threads`, nor on other windows of the data
// set. Progress counts epochs and starts with `label`.
// With a checkpoint it begins where that ends, and ends in the same bytes as one that was never stopped. With a parent it begins
// with its weights and has its standardization.
Result<Fit> fit(const TrainConfig& config, const FitInput& input, uint32_t threads, const std::string& label, Progress& progress,
                Checkpoint* checkpoint = nullptr, const Parent* parent = nullptr);

Json to_json(const std::vector<Epoch>& history);

}  // namespace mote
