// Gathers what evaluate() takes from the run's folder.
#include "host/evaluate/evaluate_run.h"

#include <algorithm>
#include <numeric>

#include "host/train/run.h"

namespace mote {
namespace {

constexpr size_t kMostModelBytes = size_t{64} << 20;

Result<std::vector<uint32_t>> choose_windows(const Dataset& dataset, const Run& run, const EvaluateRunInput& input) {
  if (input.part == EvaluatePart::all) {
    std::vector<uint32_t> windows(dataset.count());
    std::iota(windows.begin(), windows.end(), 0u);
    return windows;
  }
  const auto refuse = [&](const std::string& what) {
    return Error{.cause = Cause::usage,
                 .what = what,
                 .where = input.data ? input.data->string() : run.config.where,
                 .todo = "evaluate all windows with --split all"};
  };
  if (run.split.test.empty()) return refuse("the run kept no group for testing");
  std::vector<uint32_t> groups;
  for (const std::string& name : run.split.test) {
    const auto found = std::find(dataset.groups.begin(), dataset.groups.end(), name);
    if (found == dataset.groups.end()) return refuse("has no group '" + name + "', which the run tests on");
    groups.push_back(static_cast<uint32_t>(found - dataset.groups.begin()));
  }
  std::vector<uint32_t> windows = windows_of(dataset, groups);
  if (windows.empty()) return refuse("the groups that the run tests on have no window");
  return windows;
}

// An autoencoder answers no class.
Result<void> check_goal(const Run& run, const EvaluateRunInput& input) {
  if (run.config.fit.goal != Goal::reconstruct || (input.slices.empty() && !input.importance)) return {};
  return Error{.cause = Cause::usage,
               .what = std::string("is an autoencoder, which gives no classes to ") +
                       (input.importance ? "measure importance by" : "slice by"),
               .where = input.model.string(),
               .todo = std::string("leave out ") + (input.importance ? "--importance" : "--slices")};
}

}  // namespace

Result<Evaluation> evaluate_run(FileSystem& files, const EvaluateRunInput& input, Progress& progress) {
  TRY(const Bytes model, files.read(input.model, kMostModelBytes));
  TRY(const Run run, read_run_record(files, input.model.has_parent_path() ? input.model.parent_path() : Path(".")));
  TRY_DO(check_goal(run, input));
  DataConfig config = run.config.data;
  config.labels = run.labels;  // whatever classes these recordings happen to hold
  TRY(const Dataset dataset, load(files, config, input.data));
  TRY(const std::vector<uint32_t> windows, choose_windows(dataset, run, input));
  EvaluateInput evaluation;
  evaluation.model = model;
  evaluation.model_name = input.model.string();
  evaluation.graph = run.graph.nodes.empty() ? nullptr : &run.graph;
  evaluation.standardization = run.standardization;
  evaluation.features = run.config.features;
  evaluation.dataset = &dataset;
  evaluation.windows = windows;
  evaluation.keep_tensors = input.keep_tensors;
  evaluation.reconstructs = run.config.fit.goal == Goal::reconstruct;
  evaluation.importance = input.importance;
  TRY(Evaluation result, evaluate(evaluation, progress));
  if (!input.slices.empty()) {
    TRY(result.slices, slices_by(files, input.slices, dataset, result.answers));
  }
  return result;
}

}  // namespace mote
