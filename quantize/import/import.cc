// Reads, quantizes what is float, plans, writes, proves.
#include "quantize/import/import.h"

#include <algorithm>

#include "quantize/calibrate/float_model.h"
#include "quantize/import/onnx.h"
#include "quantize/import/tflite.h"
#include "quantize/read/loaded_model.h"

namespace mote {
namespace {

constexpr uint32_t kMostWindows = 1000;

// The error of a float model that was read as an int8 one says what to do about it.
Error advised(Error error, ByteView bytes, const std::string& where) {
  const Result<bool> is_float = is_float_tflite(bytes, where);
  if (!is_float.ok() || !*is_float) return error;
  return Error{.cause = Cause::usage,
               .what = "is a float model, and there are no data to quantize it by",
               .where = where,
               .todo = "give it some of its inputs, as float32, with --calibrate FILE"};
}

// A float graph, quantized by `scales`, and by what the values that those do not name are on `calibration`.
Result<Compiled> quantized(const Graph& graph, const FixedScales& scales, const std::string& where, const TensorFile& calibration,
                           const ImportOptions& options, Progress& progress, const QuantizeOptions& how,
                           const LookAtLayers& look) {
  TRY(const uint32_t count, calibration.count_of(input_count(graph)));
  if (graph.inputs.size() == 1) {
    const auto& shape = graph.values[graph.input()].shape;
    TRY_DO(calibration.check_shape({shape.begin(), shape.end()}));
  }
  const uint32_t taken = std::min(count, kMostWindows);
  const auto window = [&](uint32_t index, std::span<float> to) {
    const auto place = static_cast<size_t>(uint64_t{index} * count / taken);
    std::copy_n(calibration.values.begin() + static_cast<std::ptrdiff_t>(place * to.size()), to.size(), to.begin());
  };
  return compile({.graph = &graph,
                  .calibration = {.count = taken, .window = window},
                  .options = options,
                  .where = where,
                  .quantize = how,
                  .scales = scales,
                  .look_at_layers = look},
                 progress);
}

}  // namespace

Result<Bytes> import_tflite(ByteView bytes, const std::string& where, const ImportOptions& options) {
  const Result<Graph> graph = read_tflite(bytes, where, options.rounding);
  if (!graph.ok()) return advised(graph.error(), bytes, where);
  TRY(const TargetModel model, TargetModel::plan(options, *graph, where));
  Bytes written = model.write();
  TRY_DO(check_model(written, where));
  return written;
}

Result<Compiled> import_float_tflite(ByteView bytes, const std::string& where, const TensorFile& calibration,
                                     const ImportOptions& options, Progress& progress, const QuantizeOptions& how,
                                     const LookAtLayers& look) {
  TRY(const bool is_float, is_float_tflite(bytes, where));
  if (!is_float)
    return Error{.cause = Cause::usage,
                 .what = "is no float model: its scales are there, and nothing is left to calibrate",
                 .where = where,
                 .todo = "import it without --calibrate"};
  TRY(const Graph graph, read_float_tflite(bytes, where));
  return quantized(graph, {}, where, calibration, options, progress, how, look);
}

Result<Compiled> import_onnx(ByteView bytes, const std::string& where, const TensorFile& calibration,
                             const ImportOptions& options, Progress& progress, const QuantizeOptions& how,
                             const LookAtLayers& look) {
  TRY(const OnnxGraph read, read_onnx(bytes, where));
  return quantized(read.graph, read.scales, where, calibration, options, progress, how, look);
}

}  // namespace mote
