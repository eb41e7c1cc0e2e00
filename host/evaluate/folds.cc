// One fold after the other; each is what `mote train`, `mote quantize` and `mote eval` do.
#include "host/evaluate/folds.h"

#include <algorithm>
#include <cstdio>

#include "base/json.h"
#include "quantize/graph/text.h"

namespace mote {
namespace {

Result<Fold> run_fold(const TrainConfig& config, const Dataset& dataset, const Split& split, uint32_t threads,
                      const std::string& label, Progress& progress) {
  TRY(const Run run, train(config, dataset, split, threads, label, progress));
  TRY(const Compiled compiled, compile(compile_input(run), progress));
  const std::vector<uint32_t> windows = windows_of(dataset, split.test);
  if (windows.empty()) {
    return Error{
        .cause = Cause::usage, .what = "the test groups of " + label + " have no window", .where = config.where, .todo = ""};
  }
  EvaluateInput input;
  input.model = compiled.model;
  input.model_name = "the model of " + label;
  input.graph = &run.graph;
  input.standardization = run.standardization;
  input.features = config.features;
  input.dataset = &dataset;
  input.windows = windows;
  input.reconstructs = config.fit.goal == Goal::reconstruct;
  TRY(Evaluation evaluation, evaluate(input, progress));
  return Fold{.split = run.split,
              .best_epoch = run.metrics.best_epoch,
              .validation_accuracy = run.metrics.validation_accuracy,
              .evaluation = std::move(evaluation)};
}

}  // namespace

Result<Folds> cross_validate(const TrainConfig& config, const Dataset& dataset, uint32_t count, uint32_t threads,
                             Progress& progress) {
  Folds result;
  for (uint32_t i = 0; i < count; ++i) {
    const std::string label = "fold " + std::to_string(i + 1) + " of " + std::to_string(count);
    TRY(const Split split, make_fold(dataset, count, i));
    TRY(Fold fold, run_fold(config, dataset, split, threads, label, progress));
    result.mean_accuracy += fold.evaluation.accuracy / count;
    result.mean_float_accuracy += fold.evaluation.float_accuracy.value_or(0) / count;
    result.model_bytes = std::max(result.model_bytes, fold.evaluation.model_bytes);
    result.arena_bytes = std::max(result.arena_bytes, fold.evaluation.arena_bytes);
    result.folds.push_back(std::move(fold));
  }
  return result;
}

Json to_json(const Folds& folds) {
  Json list = Json::array();
  for (const Fold& fold : folds.folds) {
    Json entry = to_json(fold.evaluation);
    entry["best_epoch"] = fold.best_epoch;
    entry["validation_accuracy"] = fold.validation_accuracy;
    entry["test"] = fold.split.test;
    entry["validation"] = fold.split.validation;
    list.push_back(std::move(entry));
  }
  return {{"folds", list},
          {"mean_accuracy", folds.mean_accuracy},
          {"mean_float_accuracy", folds.mean_float_accuracy},
          {"model_bytes", folds.model_bytes},
          {"arena_bytes", folds.arena_bytes}};
}

std::string to_text(const Folds& folds) {
  char line[256];
  const Type activations = folds.folds.empty() ? Type::int8 : folds.folds[0].evaluation.activations;
  std::snprintf(line, sizeof line, "fold  %-6s  float   validation  windows  tested on\n",
                std::string(type_name(activations)).c_str());
  std::string text = line;
  for (size_t i = 0; i < folds.folds.size(); ++i) {
    const Fold& fold = folds.folds[i];
    std::snprintf(line, sizeof line, "%4zu  %.4f  %.4f  %.4f      %7u ", i + 1, fold.evaluation.accuracy,
                  fold.evaluation.float_accuracy.value_or(0), fold.validation_accuracy, fold.evaluation.samples);
    text += line;
    for (const std::string& group : fold.split.test) text.append(1, ' ').append(group);
    text += '\n';
  }
  std::snprintf(line, sizeof line, "mean  %.4f  %.4f\nmodel %llu bytes, arena %u bytes at most\n", folds.mean_accuracy,
                folds.mean_float_accuracy, static_cast<unsigned long long>(folds.model_bytes), folds.arena_bytes);
  return text + line;
}

}  // namespace mote
