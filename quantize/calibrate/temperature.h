// The temperature of a model's softmax: softmax(logits / T). It makes confidence honest and leaves the answer as it is (Guo et
// al. 2017, "On calibration of modern neural networks", section 4.2).
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "quantize/graph/graph.h"

namespace mote {

constexpr double kLeastTemperature = 0.05, kMostTemperature = 20;

// Mean negative logarithm of the probability of the true class. `logits` is [labels][classes].
double negative_log_likelihood(std::span<const double> logits, std::span<const uint32_t> labels, double temperature);

// That of least negative log likelihood, within the bounds above. REQUIRES labels.
double fit_temperature(std::span<const double> logits, std::span<const uint32_t> labels);

// The highest temperature, or 1 when that is higher, at which an int8 softmax still gives the largest of `classes` logits a
// larger output than any other, wherever they lie: a quantum of the logits, `scale`, must be worth more than one of the outputs,
// 1/256, even among classes that are all but equal. A lower temperature only sets them further apart.
double safe_temperature(double scale, uint32_t classes);

// Where the softmax that makes the graph's output takes its logits from, or an error for a graph that does not end so.
Result<ValueId> logits_of(const Graph& graph, const std::string& where);

// Puts 1 / T into the multiplier of that softmax, which is where a device scales its logits anyway. Refuses one above
// safe_temperature. REQUIRES an int8 graph, temperature within the bounds above.
Result<void> set_temperature(Graph& graph, double temperature, const std::string& where);

}  // namespace mote
