// Sums in double, window by window.
#include "host/train/loss.h"

#include <algorithm>
#include <cmath>

namespace mote {

Loss cross_entropy(const Batch& logits, const Targets& targets, const Objective& objective, uint32_t batch_count,
                   Batch* gradient) {
  Loss loss;
  if (logits.count == 0) return loss;
  const size_t classes = logits.values.size() / logits.count;
  if (gradient != nullptr) gradient->resize(logits.count, classes);
  const auto weight_of = [&](uint32_t label) { return objective.class_weights.empty() ? 1.0 : objective.class_weights[label]; };
  std::vector<double> exponents(classes), wanted(classes);
  for (uint32_t n = 0; n < logits.count; ++n) {
    const float* row = logits.values.data() + n * classes;
    const float* largest = std::max_element(row, row + classes);
    double total = 0;
    for (size_t c = 0; c < classes; ++c) total += exponents[c] = std::exp(static_cast<double>(row[c]) - *largest);
    const uint32_t label = targets.labels[n];
    std::fill(wanted.begin(), wanted.end(), objective.smoothing / static_cast<double>(classes));
    double weight = weight_of(label);
    if (targets.others.empty()) {
      wanted[label] += 1 - objective.smoothing;
    } else {
      const double share = targets.shares[n];
      wanted[label] += share * (1 - objective.smoothing);
      wanted[targets.others[n]] += (1 - share) * (1 - objective.smoothing);
      weight = share * weight + (1 - share) * weight_of(targets.others[n]);
    }
    for (size_t c = 0; c < classes; ++c) {
      const double log_probability = static_cast<double>(row[c]) - *largest - std::log(total);
      if (wanted[c] > 0) loss.sum -= weight * wanted[c] * log_probability;
      if (gradient != nullptr)
        gradient->values[n * classes + c] = static_cast<float>(weight * (exponents[c] / total - wanted[c]) / batch_count);
    }
    loss.correct += static_cast<uint32_t>(largest - row) == label;
    ++loss.count;
  }
  return loss;
}

Loss mean_square(const Batch& made, const Batch& wanted, uint32_t batch_count, Batch* gradient) {
  Loss loss;
  if (made.count == 0) return loss;
  const size_t values = made.values.size() / made.count;
  if (gradient != nullptr) gradient->resize(made.count, values);
  const double share = 1 / static_cast<double>(values);
  for (size_t i = 0; i < made.values.size(); ++i) {
    const double apart = static_cast<double>(made.values[i]) - wanted.values[i];
    loss.sum += share * apart * apart;
    if (gradient != nullptr) gradient->values[i] = static_cast<float>(2 * share * apart / batch_count);
  }
  loss.count = made.count;
  return loss;
}

}  // namespace mote
