// An evaluation as text and as JSON.
#include <cstdio>

#include "base/json.h"
#include "host/evaluate/evaluate.h"
#include "quantize/graph/text.h"

namespace mote {
namespace {

template <typename T>
Json list_of(const std::vector<T>& items) {
  Json json = Json::array();
  for (const T& item : items) json.push_back(to_json(item));
  return json;
}

uint32_t right_answers(const Evaluation& evaluation) {
  uint32_t right = 0;
  for (const Judged& one : evaluation.answers) right += one.right();
  return right;
}

void add_figures(const Evaluation& evaluation, Json& json) {
  const Interval interval = wilson(right_answers(evaluation), evaluation.samples);
  json["accuracy_interval"] = {interval.low, interval.high};
  json["macro_f1"] = macro_f1(evaluation.classes);
  json["classes"] = list_of(evaluation.classes);
  json["groups"] = list_of(evaluation.groups);
  if (evaluation.reliability) json["calibration"] = to_json(*evaluation.reliability);
  if (evaluation.importance) json["importance"] = to_json(*evaluation.importance);
  if (evaluation.slices.empty()) return;
  json["slices"] = list_of(evaluation.slices);
  const std::optional<WorstSlice> worst = worst_slice(evaluation.slices);
  json["worst_slice"] = worst ? to_json(*worst) : Json(nullptr);
}

std::string confusion_text(const Evaluation& evaluation) {
  char line[256];
  std::snprintf(line, sizeof line, "\n%-24s  recall  answered as\n", "class");
  std::string text = line;
  for (size_t i = 0; i < evaluation.labels.size(); ++i) {
    std::snprintf(line, sizeof line, "%-24.24s  ", evaluation.labels[i].c_str());
    text += line;
    std::snprintf(line, sizeof line, evaluation.recall[i] ? "%6.3f " : "     - ", evaluation.recall[i].value_or(0));
    text += line;
    for (const uint32_t count : evaluation.confusion[i]) {
      std::snprintf(line, sizeof line, " %5u", count);
      text += line;
    }
    text += '\n';
  }
  return text;
}

std::string figures_text(const Evaluation& evaluation) {
  const Interval interval = wilson(right_answers(evaluation), evaluation.samples);
  char line[256];
  std::snprintf(line, sizeof line, "interval  %.4f to %.4f (95 %%)\nmacro F1  %.4f\n", interval.low, interval.high,
                macro_f1(evaluation.classes));
  std::string text = line;
  if (!evaluation.reliability) return text;
  std::snprintf(line, sizeof line, "ECE       %.4f (mean confidence %.4f)\n", evaluation.reliability->error,
                evaluation.reliability->confidence);
  return text + line;
}

}  // namespace

Json to_json(const Evaluation& evaluation) {
  Json recall = Json::object();
  for (size_t i = 0; i < evaluation.recall.size(); ++i)
    recall[evaluation.labels[i]] = evaluation.recall[i] ? Json(*evaluation.recall[i]) : Json(nullptr);
  Json json = {{"metric", evaluation.metric},
               {"accuracy", evaluation.accuracy},
               {"float_accuracy", evaluation.float_accuracy ? Json(*evaluation.float_accuracy) : Json(nullptr)},
               {"activations", type_name(evaluation.activations)},
               {"model_bytes", evaluation.model_bytes},
               {"arena_bytes", evaluation.arena_bytes},
               {"samples", evaluation.samples},
               {"labels", evaluation.labels},
               {"recall", recall},
               {"confusion", evaluation.confusion}};
  if (!evaluation.answers.empty()) add_figures(evaluation, json);
  return json;
}

std::string to_text(const Evaluation& evaluation) {
  char line[256];
  std::snprintf(line, sizeof line, "%s  %.4f ", evaluation.metric == "auc" ? "AUC     " : "accuracy", evaluation.accuracy);
  std::string text = line;
  text += type_name(evaluation.activations);
  if (evaluation.float_accuracy) {
    std::snprintf(line, sizeof line, ", %.4f float", *evaluation.float_accuracy);
    text += line;
  }
  text += "\n";
  if (!evaluation.answers.empty()) text += figures_text(evaluation);
  std::snprintf(line, sizeof line, "windows   %u\nmodel     %llu bytes, arena %u bytes\n", evaluation.samples,
                static_cast<unsigned long long>(evaluation.model_bytes), evaluation.arena_bytes);
  text += line;
  if (evaluation.answers.empty()) return text;
  text += confusion_text(evaluation) + to_text(evaluation.classes) + to_text("group", evaluation.groups);
  if (!evaluation.slices.empty()) text += to_text(evaluation.slices, worst_slice(evaluation.slices));
  if (evaluation.importance) text += to_text(*evaluation.importance);
  return text;
}

}  // namespace mote
