// Which layers get weights of 4 bits so that a model fits into a budget.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "quantize/calibrate/lowering.h"

namespace mote {

struct MixedPrecision {
  const Graph& float_graph;  // after the passes
  const FloatWindows& windows;
  std::vector<ValueId> layers;  // whose bits may be chosen: the values that they make
  uint32_t flash_bytes;
  std::function<Result<Lowered>(const std::vector<uint8_t>& bits)> lower;
  std::function<Result<uint64_t>(const Lowered& lowered)> file_bytes;  // of the whole file
  std::string where;
};

struct ChosenBits {
  std::vector<uint8_t> bits;              // per value
  std::map<ValueId, double> losses;       // of each layer, alone at 4 bits; none when all fit at 8
  double loss = 0;                        // of the choice, on the windows that verify it
  std::vector<std::string> alternatives;  // what was weighed, and its loss there
};

// The loss is against the float graph: for a classifier the mean Kullback-Leibler divergence of its probabilities, else the mean
// square of the difference over that of the output. Each layer is measured alone on some calibration windows. Layers go to 4 bits
// by bytes saved per loss, by least loss, and by most bytes saved, until the file fits, and back where it still does; of the
// three the one of least loss on other calibration windows is taken.
//
// `bits` holds what every layer begins with.
Result<ChosenBits> choose_bits(const MixedPrecision& problem, std::vector<uint8_t> bits, Progress& progress);

// How far an int8 graph's answers are from the float graph's.
class Judge {
 public:
  // Windows `first`, `first` + `step`, ...; at most `most` of them, evenly.
  Judge(const Graph& float_graph, const FloatWindows& windows, uint32_t first, uint32_t step, uint32_t most);
  Result<double> loss(const Lowered& lowered) const;

 private:
  bool classifies_ = false;
  ValueId value_ = kNoValue;  // of the float graph: the logits of a classifier, else the output
  std::vector<std::vector<float>> inputs_, answers_;
};

}  // namespace mote
