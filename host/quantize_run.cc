// From a run's folder to its model.
#include "host/quantize_run.h"

#include <algorithm>
#include <cstdio>

#include "base/compress.h"
#include "base/json.h"
#include "host/train/run.h"
#include "quantize/calibrate/layer_report.h"
#include "quantize/graph/text.h"
#include "quantize/read/loaded_model.h"

namespace mote {
namespace {

uint32_t count_changes(ByteView before, ByteView after) {
  uint32_t count = 0;
  for (size_t i = 0; i < std::max(before.size(), after.size()); ++i)
    count += i >= before.size() || i >= after.size() || before[i] != after[i];
  return count;
}

Result<ModelChange> compare_models(ByteView before, ByteView after, const std::string& where) {
  TRY(const LoadedModel parent, LoadedModel::open(before, where));
  TRY(const LoadedModel child, LoadedModel::open(after, "the compiled model"));
  const auto section = [](const LoadedModel& model, SectionType type) { return model.section(static_cast<uint16_t>(type)); };
  const auto same = [&](SectionType type) { return count_changes(section(parent, type), section(child, type)) == 0; };
  const ByteView weights = section(child, SectionType::weights);
  Bytes change(after.begin(), after.end());
  for (size_t i = 0; i < std::min(before.size(), after.size()); ++i) change[i] = static_cast<uint8_t>(after[i] - before[i]);
  return ModelChange{.same_graph = same(SectionType::graph),
                     .same_plan = same(SectionType::plan),
                     .weight_bytes = static_cast<uint32_t>(weights.size()),
                     .weight_bytes_changed = count_changes(section(parent, SectionType::weights), weights),
                     .bytes_changed = count_changes(before, after),
                     .compressed_change = static_cast<uint32_t>(compress(change).size()),
                     .compressed_model = static_cast<uint32_t>(compress(after).size())};
}

}  // namespace

Result<QuantizedRun> quantize_run(FileSystem& files, const Path& folder, Progress& progress, const QuantizeRunOptions& options) {
  TRY(Run run, read_run(files, folder));
  if (!options.flags.empty()) TRY_DO(apply_flags(options.flags, run.config.quantize));
  CompileInput input = compile_input(run);
  input.temperature = options.temperature;
  std::optional<Explanation> explanation;
  if (options.explain) {
    TRY_DO(check_explained(run.config.quantize));
    input.look_at_layers = explain_into(explanation, *options.explain, progress);
  }
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
                         .options = compiled->quantize,
                         .notes = compiled->notes,
                         .change = std::nullopt,
                         .temperature = compiled->temperature,
                         .explanation = std::move(explanation)};
  if (!run.parent_model.empty()) {
    TRY(quantized.change, compare_models(run.parent_model, compiled->model, (folder / kParentFile).string()));
  }
  Result<void> written = files.write(quantized.model, compiled->model);
  if (written.ok()) written = files.write_text(folder / kQuantizedFile, to_text(compiled->graph));
  if (written.ok()) written = write_json(files, folder / kQuantizationFile, to_json(quantized));
  if (written.ok()) return quantized;
  for (const char* name : {kModelFile, kQuantizedFile, kQuantizationFile}) TRY_DO(files.remove(folder / name));
  return written.error();
}

namespace {

std::string to_text(const ModelChange& change) {
  char text[320];
  std::snprintf(text, sizeof text,
                "beside the model whose scales it keeps: graph %s, plan %s, %u of %u weight bytes differ (%.1f %%), %u of the "
                "file's\nthe differences take %u bytes compressed, the model %u\n",
                change.same_graph ? "the same" : "another", change.same_plan ? "the same" : "another",
                change.weight_bytes_changed, change.weight_bytes,
                100.0 * change.weight_bytes_changed / std::max(1u, change.weight_bytes), change.bytes_changed,
                change.compressed_change, change.compressed_model);
  return text;
}

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
  return report_text(run.options, run.notes, run.layers) + "\n" + (run.explanation ? to_text(*run.explanation) + "\n" : "") +
         (run.temperature ? temperature_text(*run.temperature) : "") + run.model.string() + ": " +
         std::to_string(run.model_bytes) + " bytes, arena " + std::to_string(run.arena_bytes) + " bytes, model " +
         to_hex(run.model_id) + "\n" + (run.change ? to_text(*run.change) : "");
}

Json to_json(const QuantizedRun& run) {
  Json json = {{"model", run.model.filename().string()}, {"model_id", to_hex(run.model_id)}, {"model_bytes", run.model_bytes},
               {"arena_bytes", run.arena_bytes},         {"options", to_json(run.options)},  {"notes", run.notes},
               {"layers", to_json(run.layers)}};
  if (run.change) {
    json["change"] = {{"same_graph", run.change->same_graph},
                      {"same_plan", run.change->same_plan},
                      {"weight_bytes", run.change->weight_bytes},
                      {"weight_bytes_changed", run.change->weight_bytes_changed},
                      {"bytes_changed", run.change->bytes_changed},
                      {"compressed_change", run.change->compressed_change},
                      {"compressed_model", run.change->compressed_model}};
  }
  if (run.temperature) json["temperature"] = temperature_json(*run.temperature);
  if (run.explanation) json["explanation"] = to_json(*run.explanation);
  return json;
}

}  // namespace mote
