// From a run's folder to its model.
#include "host/quantize_run.h"

#include "base/json.h"
#include "host/train/run.h"
#include "quantize/calibrate/layer_report.h"

namespace mote {

Result<QuantizedRun> quantize_run(FileSystem& files, const Path& folder, Progress& progress, std::span<const std::string> flags) {
  TRY(Run run, read_run(files, folder));
  if (!flags.empty()) TRY_DO(apply_flags(flags, run.config.quantize));
  Result<Compiled> compiled = compile(compile_input(run), progress);
  if (!compiled.ok()) {
    Error error = std::move(compiled).error();
    error.where = folder.string() + ", " + error.where;
    return error;
  }
  QuantizedRun quantized{.model = folder / kModelFile,
                         .model_bytes = static_cast<uint32_t>(compiled->model.size()),
                         .arena_bytes = compiled->arena_bytes,
                         .model_id = compiled->model_id,
                         .layers = compiled->layers,
                         .options = compiled->quantize,
                         .notes = compiled->notes};
  TRY_DO(files.write(quantized.model, compiled->model));
  const Result<void> reported = write_json(files, folder / kQuantizationFile, to_json(quantized));
  if (!reported.ok()) {
    TRY_DO(files.remove(quantized.model));
    return reported.error();
  }
  return quantized;
}

std::string to_text(const QuantizedRun& run) {
  return report_text(run.options, run.notes, run.layers) + "\n" + run.model.string() + ": " + std::to_string(run.model_bytes) +
         " bytes, arena " + std::to_string(run.arena_bytes) + " bytes, model " + to_hex(run.model_id) + "\n";
}

Json to_json(const QuantizedRun& run) {
  return {{"model", run.model.filename().string()}, {"model_id", to_hex(run.model_id)}, {"model_bytes", run.model_bytes},
          {"arena_bytes", run.arena_bytes},         {"options", to_json(run.options)},  {"notes", run.notes},
          {"layers", to_json(run.layers)}};
}

}  // namespace mote
