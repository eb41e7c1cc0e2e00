// What the fixed-point model looks at: accuracy lost when a feature is shuffled between windows, or a stretch of time is blanked.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/progress.h"
#include "host/data/dataset.h"
#include "quantize/read/loaded_model.h"

namespace mote {

struct ImportanceOptions {
  uint32_t repeats = 5;
  uint64_t seed = 1;
  uint32_t segments = 16;        // of a window
  uint32_t most_windows = 1000;  // spread evenly over those that are evaluated
};

// Accuracy lost by shuffling one feature between windows, which keeps its distribution and takes away what it tells (Breiman
// 2001, "Random forests"): mean and standard deviation over the repeats.
struct FeatureImportance {
  std::string name;
  double drop = 0, spread = 0;
};

// Of a window, its time steps [first, end) replaced by each feature's mean: what is lost (Zeiler and Fergus 2014, "Visualizing
// and understanding convolutional networks").
struct Occlusion {
  uint32_t first = 0, end = 0;
  double accuracy_drop = 0, probability_drop = 0;  // probability: of the true class, mean
};

struct Importance {
  uint32_t windows = 0, repeats = 0;
  uint64_t seed = 0;
  double accuracy = 0, probability = 0;     // of these windows, whole
  std::vector<FeatureImportance> channels;  // of the raw windows
  std::vector<FeatureImportance> features;  // of the model's input; empty where they are the channels
  std::vector<std::string> rows;            // of the map: what the model's input has at each step
  std::vector<Occlusion> time;              // all features together
  std::vector<std::vector<Occlusion>> map;  // [row][segment]
};

// A model's input [1, height, width, channels] as steps of time, each of some features: a signal of height 1 runs along its
// width, anything else along its height.
struct TimeAxes {
  uint32_t steps = 1, features = 1;

  explicit TimeAxes(const mote_tensor& input);
};

// `features` names what the model's input has at each step; empty: the channels of the windows.
//
// REQUIRES a model with a front end for the data set's windows whose outputs are its classes; windows not empty.
Importance importance(LoadedModel& model, const Dataset& dataset, const std::vector<std::string>& features,
                      std::span<const uint32_t> windows, const ImportanceOptions& options, Progress& progress);

Json to_json(const Importance& importance);
std::string to_text(const Importance& importance);

}  // namespace mote
