// What quantization did to each layer.
#pragma once

#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "quantize/calibrate/calibration.h"
#include "quantize/compile.h"

namespace mote {

struct ReportInput {
  const Graph& float_graph;  // after the passes
  const Graph& graph;        // int8, with its front end
  const Calibration& calibration;
  const FloatWindows& windows;
  const Samples& raw;  // the same windows, raw
};

// One line for the input and one per layer. The int8 values are those of the device's kernels: the graph runs from a plan in
// which no two values share memory, and every layer's output is read from the arena.
Result<std::vector<LayerReport>> report_layers(const ReportInput& input, Progress& progress);

std::string to_text(const std::vector<LayerReport>& layers);
Json to_json(const std::vector<LayerReport>& layers);

}  // namespace mote
