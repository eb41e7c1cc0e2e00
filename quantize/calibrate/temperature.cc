// Fits one number, and writes it where the kernel reads it.
#include "quantize/calibrate/temperature.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "quantize/operators/softmax_numbers.h"

namespace mote {
namespace {

std::string short_number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

Node* last_softmax(Graph& graph) {
  for (Node& node : graph.nodes)
    if (node.op == Op::softmax && node.output == graph.output()) return &node;
  return nullptr;
}

}  // namespace

double negative_log_likelihood(std::span<const double> logits, std::span<const uint32_t> labels, double temperature) {
  const size_t classes = logits.size() / labels.size();
  double sum = 0;
  for (size_t i = 0; i < labels.size(); ++i) {
    const std::span<const double> row = logits.subspan(i * classes, classes);
    const double largest = *std::max_element(row.begin(), row.end());
    double exponentials = 0;
    for (const double logit : row) exponentials += std::exp((logit - largest) / temperature);
    sum += std::log(exponentials) - (row[labels[i]] - largest) / temperature;
  }
  return sum / static_cast<double>(labels.size());
}

double fit_temperature(std::span<const double> logits, std::span<const uint32_t> labels) {
  // Convex in 1 / T, so of one valley in log T as well: golden section.
  constexpr double kGolden = 0.6180339887498949;
  double low = std::log(kLeastTemperature), high = std::log(kMostTemperature);
  const auto loss = [&](double log_t) { return negative_log_likelihood(logits, labels, std::exp(log_t)); };
  double left = high - kGolden * (high - low), right = low + kGolden * (high - low);
  double at_left = loss(left), at_right = loss(right);
  while (high - low > 1e-5) {
    if (at_left <= at_right) {
      high = right, right = left, at_right = at_left;
      left = high - kGolden * (high - low), at_left = loss(left);
    } else {
      low = left, left = right, at_left = at_right;
      right = low + kGolden * (high - low), at_right = loss(right);
    }
  }
  return std::exp((low + high) / 2);
}

double safe_temperature(double scale, uint32_t classes) {
  // Largest p - p·e with p = 1 / (1 + (n - 1)·e), e = exp(-scale / T), is to be `step`: solved for e. The kernel's own rounding
  // takes a little of it.
  constexpr double step = 1.05 / 256;
  const double e = (1 - step) / (1 + step * (static_cast<double>(classes) - 1));
  return std::max(1.0, scale / -std::log(e));
}

Result<ValueId> logits_of(const Graph& graph, const std::string& where) {
  for (const Node& node : graph.nodes)
    if (node.op == Op::softmax && node.output == graph.output()) return node.inputs[0];
  return Error{.cause = Cause::usage,
               .what = "does not end in a softmax, so that there is no temperature to set",
               .where = where,
               .todo = "leave out --temperature"};
}

Result<void> set_temperature(Graph& graph, double temperature, const std::string& where) {
  TRY(const ValueId logits, logits_of(graph, where));
  const double scale = static_cast<double>(graph.values[logits].quantization.scale[0]);
  const double most = safe_temperature(scale, graph.values[logits].shape[3]);
  if (temperature > most)
    return Error{.cause = Cause::usage,
                 .what = "at the temperature " + short_number(temperature) +
                         " the int8 softmax would give classes the same score that the model tells apart",
                 .where = where,
                 .todo = "give one of at most " + short_number(most)};
  Node* const softmax = last_softmax(graph);
  TRY(softmax->numbers, softmax_numbers(scale / temperature, where));
  return {};
}

}  // namespace mote
