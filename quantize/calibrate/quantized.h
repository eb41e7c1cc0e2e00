// A float graph through all steps of post-training quantization.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "quantize/calibrate/lowering.h"

namespace mote {

// A float graph after the passes, what its values look like, and what it becomes.
struct Quantized {
  Graph float_graph;
  Calibration calibration;
  Lowered lowered;
  std::map<ValueId, double> losses;  // of layers at 4 bits, where a budget had them measured
  std::vector<std::string> notes;    // what the steps say of themselves
};

// The bytes of the whole file that such a graph becomes.
using FileBytes = std::function<Result<uint64_t>(const Lowered& lowered)>;

// Fixed scales leave no choice to equalisation, adaptive rounding, the bits of weights and a budget: with one of them they are
// refused.
Result<Quantized> quantize_graph(const Graph& graph, const FloatWindows& windows, const QuantizeOptions& options,
                                 const FixedScales& scales, const std::string& where, const FileBytes& file_bytes,
                                 Progress& progress);

}  // namespace mote
