// Errors in the units of standardized samples, and the ranks of them.
#include "host/evaluate/reconstruction.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "quantize/calibrate/float_model.h"
#include "quantize/calibrate/front_end.h"

namespace mote {

double area_under_curve(std::span<const double> scores, const std::vector<bool>& anomalous) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return scores[a] < scores[b]; });
  double ranks = 0, positive = 0;
  for (size_t first = 0; first < order.size();) {
    size_t last = first;
    while (last < order.size() && scores[order[last]] == scores[order[first]]) ++last;
    const double rank = static_cast<double>(first + last + 1) / 2;  // counted from 1, the mean of equals
    for (size_t i = first; i < last; ++i) {
      if (!anomalous[order[i]]) continue;
      ranks += rank;
      ++positive;
    }
    first = last;
  }
  const double negative = static_cast<double>(scores.size()) - positive;
  return (ranks - positive * (positive + 1) / 2) / (positive * negative);
}

Result<std::vector<bool>> anomalies(const Dataset& dataset, std::span<const uint32_t> windows, const std::string& where) {
  std::vector<bool> anomalous;
  for (const uint32_t window : windows) anomalous.push_back(dataset.label_of[window] != 0);
  const auto count = std::count(anomalous.begin(), anomalous.end(), true);
  if (count > 0 && count < static_cast<int64_t>(windows.size())) return anomalous;
  return Error{.cause = Cause::usage,
               .what = "the windows are all of one kind: an autoencoder is judged on some of the class '" +
                       (dataset.labels.empty() ? "" : dataset.labels.front()) + "' and some of others",
               .where = where,
               .todo = "put recordings of both among those that are evaluated"};
}

std::vector<double> reconstruction_errors(LoadedModel& model, const Dataset& dataset, std::span<const uint32_t> windows) {
  const mote_tensor in = model.input(), out = model.output();
  const bool is_wide = model.input_bytes() == 2 * in.count;
  std::vector<int8_t> input(model.input_bytes()), output(out.count);
  const auto given_at = [&](size_t i) {
    int16_t wide = 0;
    if (is_wide) std::memcpy(&wide, input.data() + 2 * i, sizeof wide);
    return static_cast<double>(in.scale) * ((is_wide ? wide : input[i]) - in.zero_point);
  };
  std::vector<double> errors;
  for (const uint32_t window : windows) {
    model.front_end(dataset.window(window), {}, input);
    model.run_raw(dataset.window(window), {}, output);
    double sum = 0;
    for (size_t i = 0; i < in.count; ++i) {
      const double given = given_at(i);
      const double made = static_cast<double>(out.scale) * (output[i] - out.zero_point);
      sum += (made - given) * (made - given);
    }
    errors.push_back(sum / static_cast<double>(in.count));
  }
  return errors;
}

std::vector<double> reconstruction_errors(const Graph& graph, const Standardization& standardization, const Dataset& dataset,
                                          std::span<const uint32_t> windows) {
  FloatModel model(graph);
  std::vector<float> input(dataset.window_values());
  std::vector<double> errors;
  for (const uint32_t window : windows) {
    standardize(standardization, dataset.window(window), input);
    model.run(input);
    const std::span<const float> output = model.output();
    double sum = 0;
    for (size_t i = 0; i < input.size(); ++i) {
      const double apart = static_cast<double>(output[i]) - input[i];
      sum += apart * apart;
    }
    errors.push_back(sum / static_cast<double>(input.size()));
  }
  return errors;
}

}  // namespace mote
