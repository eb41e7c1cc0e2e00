// Runs the device's own code over every window.
#include "host/evaluate/evaluate.h"

#include <algorithm>
#include <numeric>

#include "host/evaluate/float_answers.h"
#include "host/evaluate/reconstruction.h"
#include "host/train/features.h"
#include "quantize/read/loaded_model.h"

namespace mote {
namespace {

Result<void> check_shapes(const LoadedModel& model, const EvaluateInput& input) {
  const Dataset& dataset = *input.dataset;
  const mote_tensor raw = model.raw_input();
  const auto refuse = [&](const std::string& what, const std::string& todo) {
    return Error{.cause = Cause::usage, .what = what, .where = input.model_name, .todo = todo};
  };
  if (raw.count == 0) return refuse("has no front end for raw windows", "quantize it from a run of mote train");
  if (raw.shape[2] != dataset.window_samples || raw.shape[3] != dataset.channels.size()) {
    return refuse("takes windows of " + std::to_string(raw.shape[2]) + " samples and " + std::to_string(raw.shape[3]) +
                      " channels, the data has " + std::to_string(dataset.window_samples) + " and " +
                      std::to_string(dataset.channels.size()),
                  "give the data that it was trained for");
  }
  if (input.reconstructs ? model.output().count != model.input().count : model.output().count != dataset.labels.size()) {
    return refuse(
        "has " + std::to_string(model.output().count) + " classes, the data has " + std::to_string(dataset.labels.size()),
        "give the data that it was trained for");
  }
  return {};
}

void count_answers(Evaluation& evaluation) {
  uint32_t right = 0;
  for (size_t label = 0; label < evaluation.confusion.size(); ++label) {
    const std::vector<uint32_t>& row = evaluation.confusion[label];
    uint32_t windows = 0;
    for (const uint32_t count : row) windows += count;
    right += row[label];
    evaluation.recall.push_back(windows == 0 ? std::nullopt : std::optional(static_cast<double>(row[label]) / windows));
  }
  evaluation.accuracy = static_cast<double>(right) / evaluation.samples;
}

bool gives_probabilities(const mote_tensor& output) { return output.scale == 1.0f / 256 && output.zero_point == -128; }

// What the model's input has at each step, if that is not the channels of the windows.
Result<std::vector<std::string>> feature_names(const LoadedModel& model, const EvaluateInput& input) {
  TRY(const FeatureExtractor extractor, make_extractor(input.features, *input.dataset, input.model_name));
  std::vector<std::string> names;
  for (const ChannelInfo& feature : features_of(extractor, *input.dataset)) names.push_back(feature.name);
  const uint32_t taken = TimeAxes(model.input()).features;
  if (taken != names.size())
    return Error{
        .cause = Cause::usage,
        .what = "takes " + std::to_string(taken) + " features, the run's front end makes " + std::to_string(names.size()),
        .where = input.model_name,
        .todo = "quantize the run again"};
  return input.features.kind == SignalKind::none ? std::vector<std::string>() : names;
}

Result<void> judge_answers(const EvaluateInput& input, LoadedModel& model, Evaluation& evaluation, Progress& progress) {
  const Dataset& dataset = *input.dataset;
  evaluation.classes = class_figures(dataset.labels, evaluation.answers);
  evaluation.groups = tally(dataset.groups, evaluation.answers, &Judged::group);
  if (gives_probabilities(model.output())) evaluation.reliability = reliability(evaluation.answers);
  if (!input.importance) return {};
  TRY(const std::vector<std::string> features, feature_names(model, input));
  evaluation.importance = importance(model, dataset, features, input.windows, *input.importance, progress);
  return {};
}

// The evaluated windows alone, in their order, as the float graph sees them.
struct Seen {
  Dataset dataset;
  std::vector<uint32_t> windows;  // all of `dataset`
};

Result<Seen> seen_by_graph(const EvaluateInput& input) {
  Seen seen{.dataset = some_of(*input.dataset, input.windows), .windows = std::vector<uint32_t>(input.windows.size())};
  std::iota(seen.windows.begin(), seen.windows.end(), 0u);
  TRY(std::optional<Features> features, make_features(input.features, seen.dataset, 1, input.model_name));
  if (features) seen.dataset = std::move(features->dataset);
  return seen;
}

Result<void> judge_reconstruction(LoadedModel& model, const EvaluateInput& input, Evaluation& evaluation) {
  const Dataset& dataset = *input.dataset;
  TRY(const std::vector<bool> anomalous, anomalies(dataset, input.windows, input.model_name));
  evaluation.metric = "auc";
  evaluation.accuracy = area_under_curve(reconstruction_errors(model, dataset, input.windows), anomalous);
  if (input.graph == nullptr) return {};
  TRY(const Seen seen, seen_by_graph(input));
  evaluation.float_accuracy =
      area_under_curve(reconstruction_errors(*input.graph, input.standardization, seen.dataset, seen.windows), anomalous);
  return {};
}

void answer_all(LoadedModel& model, const EvaluateInput& input, Evaluation& evaluation, Progress& progress) {
  const Dataset& dataset = *input.dataset;
  const bool are_probabilities = gives_probabilities(model.output());
  evaluation.confusion.assign(dataset.labels.size(), std::vector<uint32_t>(dataset.labels.size(), 0));
  std::vector<int8_t> scores(model.output().count);
  progress.begin("evaluate", input.windows.size());
  for (size_t i = 0; i < input.windows.size(); ++i) {
    const uint32_t window = input.windows[i];
    model.run_raw(dataset.window(window), {}, scores);
    const auto answer = static_cast<size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
    const Judged judged{.window = window,
                        .truth = dataset.label_of[window],
                        .answer = static_cast<uint32_t>(answer),
                        .group = dataset.group_of[window],
                        .confidence = are_probabilities ? (scores[answer] + 128) / 256.0 : 0};
    ++evaluation.confusion[judged.truth][judged.answer];
    evaluation.answers.push_back(judged);
    if (i % 256 == 0) progress.step(i, "");
  }
  progress.end();
}

// The model's input and output of each window, as bytes.
void keep_tensors(LoadedModel& model, const EvaluateInput& input, Evaluation& evaluation) {
  std::vector<int8_t> tensor(model.input_bytes());
  Bytes scores(model.output_bytes());
  for (const uint32_t window : input.windows) {
    model.front_end(input.dataset->window(window), {}, tensor);
    const ByteView bytes = bytes_of(std::span<const int8_t>(tensor));
    model.run(bytes, scores);
    append(evaluation.inputs, bytes);
    append(evaluation.outputs, scores);
  }
}

}  // namespace

Result<Evaluation> evaluate(const EvaluateInput& input, Progress& progress) {
  const Dataset& dataset = *input.dataset;
  TRY(LoadedModel model, LoadedModel::open(input.model, input.model_name));
  TRY_DO(check_shapes(model, input));
  Evaluation evaluation;
  evaluation.labels = dataset.labels;
  evaluation.samples = static_cast<uint32_t>(input.windows.size());
  evaluation.activations = static_cast<Type>(model.input().type);
  evaluation.model_bytes = input.model.size();
  evaluation.arena_bytes = model.arena_bytes();
  if (input.keep_tensors) keep_tensors(model, input, evaluation);
  if (input.reconstructs) {
    progress.begin("evaluate", input.windows.size());
    TRY_DO(judge_reconstruction(model, input, evaluation));
    progress.end();
    return evaluation;
  }
  answer_all(model, input, evaluation, progress);
  count_answers(evaluation);
  if (input.graph != nullptr) {
    TRY(const Seen seen, seen_by_graph(input));
    evaluation.float_accuracy = float_accuracy(*input.graph, input.standardization, seen.dataset, seen.windows);
  }
  TRY_DO(judge_answers(input, model, evaluation, progress));
  return evaluation;
}

}  // namespace mote
