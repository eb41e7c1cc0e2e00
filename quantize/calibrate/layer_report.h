// What quantization did to each layer.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "quantize/calibrate/calibration.h"
#include "quantize/calibrate/float_model.h"
#include "quantize/calibrate/spread_model.h"
#include "quantize/compile.h"

namespace mote {

struct ReportInput {
  const Graph& float_graph;          // after the passes
  const Graph& graph;                // int8, with its front end where it has one
  const std::vector<ValueId>& made;  // of a value of the float graph: the int8 one
  const Calibration& calibration;
  const FloatWindows& windows;
  const std::map<ValueId, double>& losses;                             // of layers of the float graph at 4 bits
  const std::function<void(LoadedModel& model, uint32_t index)>& run;  // the int8 model on the same window
};

// Runs both graphs on the same windows, at most 200 at even distances. `look` is shown what each window left in them. Progress is
// counted under `label`.
Result<void> run_side_by_side(const ReportInput& input, const char* label, Progress& progress,
                              const std::function<void(const FloatModel& reference, const SpreadModel& model)>& look);

// One line for each input and one per layer. The int8 values are those of the device's kernels: the graph runs from a plan in
// which no two values share memory, and every layer's output is read from the arena.
Result<std::vector<LayerReport>> report_layers(const ReportInput& input, Progress& progress);

// The name that a layer has in the report: that of the value it makes, or "%" and its number.
std::string layer_name(const Graph& float_graph, ValueId made);
// Of a name that joins those of several operators, as TensorFlow Lite's do, the first.
std::string short_name(const std::string& name);

std::string to_text(const std::vector<LayerReport>& layers);
// Options, the layers, notes: all that is said of a quantization.
std::string report_text(const QuantizeOptions& options, const std::vector<std::string>& notes,
                        const std::vector<LayerReport>& layers);
Json to_json(const std::vector<LayerReport>& layers);

}  // namespace mote
