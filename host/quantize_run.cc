// From a run's folder to its model.
#include "host/quantize_run.h"

#include <cstdio>

#include "base/json.h"
#include "host/train/run.h"
#include "quantize/calibrate/layer_report.h"

namespace mote {

Result<QuantizedRun> quantize_run(FileSystem& files, const Path& folder, Progress& progress, const QuantizeRunOptions& options) {
  TRY(const Run run, read_run(files, folder));
  CompileInput input = compile_input(run);
  input.temperature = options.temperature;
  std::optional<Explanation> explanation;
  if (options.explain)
    input.look_at_layers = [&](const ReportInput& layers) -> Result<void> {
      TRY(explanation, explain(layers, *options.explain, progress));
      return {};
    };
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
                         .layers = compiled->layers,
                         .temperature = compiled->temperature,
                         .explanation = std::move(explanation)};
  TRY_DO(files.write(quantized.model, compiled->model));
  const Result<void> reported = write_json(files, folder / kQuantizationFile, to_json(quantized));
  if (!reported.ok()) {
    TRY_DO(files.remove(quantized.model));
    return reported.error();
  }
  return quantized;
}

namespace {

std::string temperature_text(const Temperature& temperature) {
  char line[200];
  std::snprintf(line, sizeof line, "temperature of the softmax %.4f", temperature.value);
  std::string text = line;
  if (temperature.fitted != temperature.value) {
    std::snprintf(line, sizeof line, " (%.4f fits best, but would let answers change)", temperature.fitted);
    text += line;
  }
  if (temperature.loss_before > 0) {
    std::snprintf(line, sizeof line, ", log loss on validation windows %.4f (%.4f without)", temperature.loss,
                  temperature.loss_before);
    text += line;
  }
  return text + "\n";
}

Json temperature_json(const Temperature& temperature) {
  return {{"value", temperature.value},
          {"fitted", temperature.fitted},
          {"log_loss_before", temperature.loss_before},
          {"log_loss", temperature.loss}};
}

}  // namespace

std::string to_text(const QuantizedRun& run) {
  return (run.explanation ? to_text(*run.explanation) : to_text(run.layers)) + "\n" +
         (run.temperature ? temperature_text(*run.temperature) : "") + run.model.string() + ": " +
         std::to_string(run.model_bytes) + " bytes, arena " + std::to_string(run.arena_bytes) + " bytes, model " +
         to_hex(run.model_id) + "\n";
}

Json to_json(const QuantizedRun& run) {
  Json json = {{"model", run.model.filename().string()},
               {"model_id", to_hex(run.model_id)},
               {"model_bytes", run.model_bytes},
               {"arena_bytes", run.arena_bytes},
               {"layers", to_json(run.layers)}};
  if (run.temperature) json["temperature"] = temperature_json(*run.temperature);
  if (run.explanation) json["explanation"] = to_json(*run.explanation);
  return json;
}

}  // namespace mote
