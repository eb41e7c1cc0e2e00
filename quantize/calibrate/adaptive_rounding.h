// Rounds the weights of a layer together, so that their errors cancel on what the layer really sees.
#pragma once

#include <map>
#include <span>
#include <utility>
#include <vector>

#include "quantize/calibrate/calibration.h"

namespace mote {

// An upper triangle R with R^T R = the second moments of a layer's inputs: |R e|^2 is what weight errors e do to the output, mean
// square.
class Triangle {
 public:
  // `moments` symmetric, [taps][taps]. A hundredth of the mean of its diagonal is added to that.
  Triangle(std::vector<double> moments, uint32_t taps);

  // Successive rounding with feedback, from the last tap to the first: each takes up what the ones before it did wrong (Babai's
  // nearest plane; the order aside, GPTQ: Frantar et al. 2022). Returns the squared error of the output.
  double round(std::span<const double> reals, double step, double most, std::vector<int32_t>& integers) const;

 private:
  uint32_t taps_;
  std::vector<double> columns_;  // R by columns: R[i][j], i <= j, at [j * taps + i]
};

class AdaptiveRounding {
 public:
  // Moments of the inputs of every weighted node of a verified float graph. `centred`: about their means, for the mean's error is
  // taken out of the bias.
  static AdaptiveRounding measure(const Graph& graph, const FloatWindows& windows, bool centred, Progress& progress);

  // For the node that makes `output`; null where it has too many taps.
  const Triangle* triangle(ValueId output, uint32_t group) const;

 private:
  std::map<std::pair<ValueId, uint32_t>, Triangle> triangles_;
};

// Whether quantization gives the node a choice of weights: it is weighted, and they are constant.
bool has_weights(const Node& node);

}  // namespace mote
