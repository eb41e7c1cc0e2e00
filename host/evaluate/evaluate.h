// How good a model is on a data set: the fixed-point model as a device runs it, and the float graph it was made from.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/json_fwd.h"
#include "base/progress.h"
#include "base/result.h"
#include "host/data/dataset.h"
#include "host/evaluate/figures.h"
#include "host/evaluate/importance.h"
#include "host/evaluate/slices.h"
#include "host/train/config.h"
#include "quantize/compile.h"

namespace mote {

struct EvaluateInput {
  ByteView model;                // a .mote file with a front end for the windows' shape
  std::string model_name;        // in errors
  const Graph* graph = nullptr;  // float; null: none
  Standardization standardization;
  FeatureConfig features;  // what the float graph sees of the windows
  const Dataset* dataset = nullptr;
  std::span<const uint32_t> windows;  // not empty
  bool keep_tensors = false;
  bool reconstructs = false;  // the model is an autoencoder, and the first class the normal one
  std::optional<ImportanceOptions> importance;
};

struct Evaluation {
  std::string metric = "accuracy";  // what `accuracy` and `float_accuracy` are; "auc" of an autoencoder
  std::vector<std::string> labels;
  Type activations = Type::int8;  // that the model calculates with: int8 or int16
  uint32_t samples = 0;
  double accuracy = 0;                   // of the fixed-point model
  std::optional<double> float_accuracy;  // none without a float graph
  uint64_t model_bytes = 0;
  uint32_t arena_bytes = 0;
  std::vector<std::vector<uint32_t>> confusion;  // [true class][answered class]; empty for an autoencoder
  std::vector<std::optional<double>> recall;     // per class; none for a class without windows
  // The rest is empty for an autoencoder.
  std::vector<Judged> answers;
  std::vector<ClassFigures> classes;
  std::vector<Slice> groups;
  std::optional<Reliability> reliability;  // none for a model that does not end in a softmax
  std::optional<Importance> importance;    // if it was asked for
  std::vector<SliceTable> slices;          // likewise
  Bytes inputs, outputs;                   // the tensors one after another, of the model's types, if they were asked for
};

Result<Evaluation> evaluate(const EvaluateInput& input, Progress& progress);

Json to_json(const Evaluation& evaluation);
std::string to_text(const Evaluation& evaluation);

}  // namespace mote
