// Runs the graph as calibration does.
#include "host/evaluate/float_answers.h"

#include <algorithm>

#include "quantize/calibrate/float_model.h"
#include "quantize/calibrate/front_end.h"

namespace mote {

std::vector<uint32_t> float_answers(const Graph& graph, const Standardization& standardization, const Dataset& dataset,
                                    std::span<const uint32_t> windows) {
  FloatModel model(graph);
  std::vector<float> input(dataset.window_values());
  std::vector<uint32_t> answers;
  answers.reserve(windows.size());
  for (const uint32_t window : windows) {
    standardize(standardization, dataset.window(window), input);
    model.run(input);
    const std::span<const float> scores = model.output();
    answers.push_back(static_cast<uint32_t>(std::max_element(scores.begin(), scores.end()) - scores.begin()));
  }
  return answers;
}

double float_accuracy(const Graph& graph, const Standardization& standardization, const Dataset& dataset,
                      std::span<const uint32_t> windows) {
  const std::vector<uint32_t> answers = float_answers(graph, standardization, dataset, windows);
  size_t right = 0;
  for (size_t i = 0; i < windows.size(); ++i) right += answers[i] == dataset.label_of[windows[i]];
  return static_cast<double>(right) / static_cast<double>(windows.size());
}

}  // namespace mote
