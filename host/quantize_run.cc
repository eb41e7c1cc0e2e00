// From a run's folder to its model.
#include "host/quantize_run.h"

#include "base/json.h"
#include "host/train/run.h"
#include "quantize/calibrate/layer_report.h"

namespace mote {

Result<QuantizedRun> quantize_run(FileSystem& files, const Path& folder, Progress& progress, Activations activations) {
  TRY(const Run run, read_run(files, folder));
  CompileInput input = compile_input(run);
  input.activations = activations;
  Result<Compiled> compiled = compile(input, progress);
  if (!compiled.ok()) {
    Error error = std::move(compiled).error();
    error.where = folder.string() + ", " + error.where;
    return error;
  }
  QuantizedRun quantized{.model = folder / kModelFile,
                         .model_bytes = static_cast<uint32_t>(compiled->model.size()),
                         .arena_bytes = compiled->arena_bytes,
                         .model_id = compiled->model_id,
                         .layers = compiled->layers};
  TRY_DO(files.write(quantized.model, compiled->model));
  const Result<void> reported = write_json(files, folder / kQuantizationFile, to_json(quantized));
  if (!reported.ok()) {
    TRY_DO(files.remove(quantized.model));
    return reported.error();
  }
  return quantized;
}

std::string to_text(const QuantizedRun& run) {
  return to_text(run.layers) + "\n" + run.model.string() + ": " + std::to_string(run.model_bytes) + " bytes, arena " +
         std::to_string(run.arena_bytes) + " bytes, model " + to_hex(run.model_id) + "\n";
}

Json to_json(const QuantizedRun& run) {
  return {{"model", run.model.filename().string()},
          {"model_id", to_hex(run.model_id)},
          {"model_bytes", run.model_bytes},
          {"arena_bytes", run.arena_bytes},
          {"layers", to_json(run.layers)}};
}

}  // namespace mote
