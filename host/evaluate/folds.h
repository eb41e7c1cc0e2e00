// Cross-validation over groups: train, compile and evaluate once per fold.
#pragma once

#include <vector>

#include "host/evaluate/evaluate.h"
#include "host/train/run.h"

namespace mote {

struct Fold {
  SplitNames split;
  uint32_t best_epoch = 0;
  double validation_accuracy = 0;
  Evaluation evaluation;  // on the fold's test groups
};

struct Folds {
  std::vector<Fold> folds;
  double mean_accuracy = 0, mean_float_accuracy = 0;
  uint64_t model_bytes = 0;  // the largest of the folds
  uint32_t arena_bytes = 0;  // likewise
};

// `count` folds as make_fold cuts them.
Result<Folds> cross_validate(const TrainConfig& config, const Dataset& dataset, uint32_t count, uint32_t threads,
                             Progress& progress);

Json to_json(const Folds& folds);
std::string to_text(const Folds& folds);

}  // namespace mote
