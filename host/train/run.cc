// Trains one split, and moves a run to and from its folder.
#include "host/train/run.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/compress.h"
#include "base/json.h"
#include "base/sha256.h"
#include "host/evaluate/float_answers.h"
#include "host/quantize_run.h"
#include "host/train/augment.h"
#include "host/train/reach.h"
#include "quantize/graph/text.h"

namespace mote {
namespace {

constexpr int kFormat = 1;
constexpr size_t kMostGraphBytes = size_t{1} << 30;
constexpr size_t kMostWindowBytes = size_t{1} << 28;
constexpr size_t kMostCalibration = 512, kMostReference = 2048;  // windows

// At most `most` of the windows, spread evenly over them.
std::vector<int16_t> pick(const Dataset& dataset, const std::vector<uint32_t>& windows, size_t most) {
  const size_t count = std::min(most, windows.size());
  std::vector<int16_t> raw;
  raw.reserve(count * dataset.window_values());
  for (size_t i = 0; i < count; ++i) {
    const auto window = dataset.window(windows[i * windows.size() / count]);
    raw.insert(raw.end(), window.begin(), window.end());
  }
  return raw;
}

// The classes of what pick() takes.
std::vector<uint32_t> pick_labels(const Dataset& dataset, const std::vector<uint32_t>& windows, size_t most) {
  const size_t count = std::min(most, windows.size());
  std::vector<uint32_t> labels;
  for (size_t i = 0; i < count; ++i) labels.push_back(dataset.label_of[windows[i * windows.size() / count]]);
  return labels;
}

uint64_t count_parameters(const Graph& graph) {
  uint64_t count = 0;
  for (const Value& value : graph.values)
    if (value.constant) count += value.floats.size();
  return count;
}

Json names_json(const SplitNames& split) {
  return {{"train", split.train}, {"validation", split.validation}, {"test", split.test}};
}

Json features_json(const Run& run) {
  const auto front = front_end_of(run.config.features, run.sample_rate_hz, run.config.where);
  if (!front.ok() || !front->any()) return nullptr;
  Json json = {{"kind", name_of(front->kind)},
               {"fft", front->fft},
               {"bands", front->bands},
               {"low_hz", front->low_hz},
               {"high_hz", front->high_hz},
               {"floor_rms", front->floor_rms},
               {"sample_rate_hz", front->sample_rate_hz}};
  if (front->kind == SignalKind::spectral) return json;
  json["frame"] = front->frame, json["hop"] = front->hop;
  if (front->kind == SignalKind::mfcc) json["coefficients"] = front->coefficients;
  return json;
}

Json metrics_json(const TrainMetrics& metrics) {
  Json json = {{"epochs", metrics.epochs},
               {"best_epoch", metrics.best_epoch},
               {"parameters", metrics.parameters},
               {"train_windows", metrics.train_windows},
               {"validation_windows", metrics.validation_windows},
               {"test_windows", metrics.test_windows},
               {"train_accuracy", metrics.train_accuracy},
               {"validation_accuracy", metrics.validation_accuracy},
               {"validation_loss", metrics.validation_loss},
               {"test_accuracy", nullptr}};
  if (metrics.test_accuracy) json["test_accuracy"] = *metrics.test_accuracy;
  return json;
}

// The members of one JSON object, read into places; keeps the first error.
class Members {
 public:
  Members(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

  template <typename T>
  Members& read(const std::string& key, T& to) {
    if (error_) return *this;
    Result<T> value = member<T>(json_, key, where_);
    if (value.ok()) {
      to = std::move(value).value();
    } else {
      error_ = std::move(value).error();
    }
    return *this;
  }
  Result<void> finish() const {
    if (error_) return *error_;
    return {};
  }

 private:
  const Json& json_;
  std::string where_;
  std::optional<Error> error_;
};

Result<void> read_channels(const Json& list, const std::string& where, std::vector<SensorChannel>& channels) {
  for (const Json& entry : list) {
    SensorChannel channel;
    TRY_DO(Members(entry, where).read("name", channel.name).read("unit", channel.unit).read("quantum", channel.quantum).finish());
    channels.push_back(std::move(channel));
  }
  return {};
}

Result<void> read_metrics(const Json& json, const std::string& where, TrainMetrics& metrics) {
  TRY_DO(Members(json, where)
             .read("epochs", metrics.epochs)
             .read("best_epoch", metrics.best_epoch)
             .read("parameters", metrics.parameters)
             .read("train_windows", metrics.train_windows)
             .read("validation_windows", metrics.validation_windows)
             .read("test_windows", metrics.test_windows)
             .read("train_accuracy", metrics.train_accuracy)
             .read("validation_accuracy", metrics.validation_accuracy)
             .read("validation_loss", metrics.validation_loss)
             .finish());
  if (json.contains("test_accuracy") && json["test_accuracy"].is_number())
    metrics.test_accuracy = json["test_accuracy"].get<double>();
  return {};
}

Json scales_json(const FixedScales& scales) {
  Json list = Json::array();
  for (const ValueQuantization& value : scales)
    list.push_back({{"name", value.name}, {"bits", value.bits}, {"zero_point", value.zero_point}, {"scale", value.scale}});
  return list;
}

Result<FixedScales> read_scales(const Json& list, const std::string& where) {
  FixedScales scales;
  for (const Json& entry : list) {
    ValueQuantization value;
    TRY_DO(Members(entry, where)
               .read("name", value.name)
               .read("bits", value.bits)
               .read("zero_point", value.zero_point)
               .read("scale", value.scale)
               .finish());
    bool fits =
        !value.scale.empty() && (value.bits == 4 || value.bits == 8) && value.zero_point >= -128 && value.zero_point <= 127;
    for (const float scale : value.scale) fits = fits && scale > 0 && scale < 1e30f;
    if (!fits)
      return Error{
          .cause = Cause::failed, .what = "'" + value.name + "' has no scale for int8", .where = where, .todo = "train again"};
    scales.push_back(std::move(value));
  }
  return scales;
}

Json lineage_json(const Lineage& lineage) {
  return {{"from", to_hex(lineage.parent)},
          {"quantization_aware", lineage.quantized.aware},
          {"weight_bits", lineage.quantized.weight_bits},
          {"keep_scales", lineage.quantized.keep_scales},
          {"epochs", lineage.epochs},
          {"rate", lineage.rate}};
}

Result<void> read_lineage(const Json& json, const std::string& where, Run& run) {
  Lineage lineage;
  std::string parent;
  TRY_DO(Members(json, where)
             .read("from", parent)
             .read("quantization_aware", lineage.quantized.aware)
             .read("weight_bits", lineage.quantized.weight_bits)
             .read("keep_scales", lineage.quantized.keep_scales)
             .read("epochs", lineage.epochs)
             .read("rate", lineage.rate)
             .finish());
  const std::optional<Bytes> digest = from_hex(parent);
  if (!digest || digest->size() != lineage.parent.size())
    return Error{.cause = Cause::usage, .what = "'from' is no SHA-256", .where = where, .todo = ""};
  std::copy(digest->begin(), digest->end(), lineage.parent.begin());
  run.config.fit.quantized = lineage.quantized;
  run.config.fit.epochs = lineage.epochs;
  run.config.fit.rate = lineage.rate;
  run.lineage = lineage;
  return {};
}

Result<void> read_record(const Json& json, const std::string& where, Run& run) {
  Json configuration, data, channels, split, standardization, metrics;
  int format = 0;
  uint64_t seed = 0;
  std::string text, source;
  TRY_DO(Members(json, where).read("format", format).finish());
  if (format != kFormat) {
    return Error{.cause = Cause::usage,
                 .what = "has format " + std::to_string(format) + ", this program reads " + std::to_string(kFormat),
                 .where = where,
                 .todo = "train again"};
  }
  TRY_DO(Members(json, where)
             .read("seed", seed)
             .read("configuration", configuration)
             .read("data", data)
             .read("split", split)
             .read("standardization", standardization)
             .read("metrics", metrics)
             .finish());
  TRY_DO(Members(configuration, where).read("source", source).read("text", text).finish());
  TRY(run.config, parse_train_config(text, source));
  run.config.seed = seed;
  TRY_DO(Members(data, where)
             .read("hash", run.data_hash)
             .read("windows", run.windows)
             .read("labels", run.labels)
             .read("sample_rate_hz", run.sample_rate_hz)
             .read("window_samples", run.window_samples)
             .read("channels", channels)
             .finish());
  TRY_DO(read_channels(channels, where, run.channels));
  TRY_DO(Members(split, where)
             .read("train", run.split.train)
             .read("validation", run.split.validation)
             .read("test", run.split.test)
             .finish());
  TRY_DO(Members(standardization, where)
             .read("mean", run.standardization.mean)
             .read("deviation", run.standardization.deviation)
             .finish());
  if (json.contains("fine_tuning")) TRY_DO(read_lineage(json["fine_tuning"], where, run));
  return read_metrics(metrics, where, run.metrics);
}

// Reads a file of the run and holds it to the digest in run.json.
Result<Bytes> read_held(FileSystem& files, const Path& folder, const Json& json, const char* name, size_t most) {
  const Path path = folder / name;
  TRY(const Json digests, member<Json>(json, "files", (folder / kRunFile).string()));
  TRY(const std::string digest, member<std::string>(digests, name, (folder / kRunFile).string()));
  TRY(Bytes bytes, files.read(path, most));
  if (to_hex(sha256(bytes)) != digest) {
    return Error{.cause = Cause::failed,
                 .what = "is not the file that run.json was written with",
                 .where = path.string(),
                 .todo = "train again"};
  }
  return bytes;
}

Result<std::vector<int16_t>> read_windows(FileSystem& files, const Path& folder, const Json& json, const char* name,
                                          size_t values) {
  TRY(const Bytes frame, read_held(files, folder, json, name, kMostWindowBytes));
  TRY(const Bytes bytes, decompress(frame, kMostWindowBytes, (folder / name).string()));
  if (values == 0 || bytes.size() % (values * sizeof(int16_t)) != 0) {
    return Error{
        .cause = Cause::failed, .what = "does not hold whole windows", .where = (folder / name).string(), .todo = "train again"};
  }
  std::vector<int16_t> raw(bytes.size() / sizeof(int16_t));
  if (!raw.empty()) std::memcpy(raw.data(), bytes.data(), bytes.size());
  return raw;
}

// None in the folder of a training before they were kept.
Result<std::vector<uint32_t>> read_labels(FileSystem& files, const Path& folder, const Json& json, size_t classes) {
  std::vector<uint32_t> labels;
  if (!json.contains("files") || !json["files"].contains(kReferenceLabelsFile)) return labels;
  TRY(const Bytes frame, read_held(files, folder, json, kReferenceLabelsFile, kMostWindowBytes));
  TRY(const Bytes bytes, decompress(frame, kMostWindowBytes, (folder / kReferenceLabelsFile).string()));
  labels.resize(bytes.size() / sizeof(uint32_t));
  if (!labels.empty()) std::memcpy(labels.data(), bytes.data(), labels.size() * sizeof(uint32_t));
  if (std::all_of(labels.begin(), labels.end(), [&](uint32_t label) { return label < classes; })) return labels;
  return Error{.cause = Cause::failed,
               .what = "names a class that there is not",
               .where = (folder / kReferenceLabelsFile).string(),
               .todo = "train again"};
}

Result<void> check_more_than_one_class(const Dataset& dataset, const std::vector<uint32_t>& windows, const std::string& where) {
  const uint32_t first = dataset.label_of[windows.front()];
  for (const uint32_t window : windows)
    if (dataset.label_of[window] != first) return {};
  return Error{.cause = Cause::usage,
               .what = "the training groups hold one class only, '" + dataset.labels[first] + "'",
               .where = where,
               .todo = "give recordings of another, or learn one class with goal = \"reconstruct\""};
}

Samples samples_of(const std::vector<int16_t>& raw, size_t values) {
  return {.count = static_cast<uint32_t>(raw.size() / values),
          .window = [&raw, values](uint32_t index) { return std::span(raw).subspan(index * values, values); }};
}

}  // namespace

Result<Run> train(const TrainConfig& config, const Dataset& dataset, const Split& split, uint32_t threads,
                  const std::string& label, Progress& progress, Checkpoint* checkpoint, const Parent* parent) {
  const std::vector<uint32_t> training = windows_of(dataset, split.train);
  const std::vector<uint32_t> validation = windows_of(dataset, split.validation);
  const std::vector<uint32_t> test = windows_of(dataset, split.test);
  for (const auto* windows : {&training, &validation}) {
    if (!windows->empty()) continue;
    return Error{.cause = Cause::usage,
                 .what = std::string("the ") + (windows == &training ? "training" : "validation") + " groups have no window",
                 .where = config.where,
                 .todo = "change [split]"};
  }
  if (config.fit.goal == Goal::classify) TRY_DO(check_more_than_one_class(dataset, training, config.where));
  TRY(const std::optional<Features> features, make_features(config.features, dataset, threads, config.where));
  const FitInput input = {dataset, training, validation, features ? &*features : nullptr};
  TRY(Fit fitted, fit(config, input, threads, label, progress, checkpoint, parent));

  Run run;
  run.config = config;
  if (parent != nullptr) {
    run.lineage = Lineage{parent->digest, config.fit.quantized, config.fit.epochs, config.fit.rate};
    if (config.fit.quantized.keep_scales) run.parent_model = parent->model;
  }
  run.scales = std::move(fitted.scales);
  run.data_hash = to_hex(digest(dataset));
  run.windows = dataset.count();
  run.channels = dataset.channels;
  run.labels = dataset.labels;
  run.sample_rate_hz = dataset.sample_rate_hz;
  run.window_samples = dataset.window_samples;
  run.split = {names_of(dataset, split.train), names_of(dataset, split.validation), names_of(dataset, split.test)};
  run.calibration = pick(dataset, training, kMostCalibration);
  if (config.fit.goal == Goal::reconstruct) add_reach(config.data.csv.channels, dataset.window_values(), run.calibration);
  run.reference = pick(dataset, validation, kMostReference);
  run.reference_labels = pick_labels(dataset, validation, kMostReference);
  run.standardization = std::move(fitted.standardization);
  run.graph = std::move(fitted.graph);
  run.history = std::move(fitted.history);
  const Epoch& best = run.history[fitted.best_epoch];
  run.metrics = {.epochs = static_cast<uint32_t>(run.history.size()),
                 .best_epoch = fitted.best_epoch,
                 .parameters = count_parameters(run.graph),
                 .train_accuracy = best.accuracy,
                 .validation_accuracy = best.validation_accuracy,
                 .validation_loss = best.validation_loss,
                 .train_windows = static_cast<uint32_t>(training.size()),
                 .validation_windows = static_cast<uint32_t>(validation.size()),
                 .test_windows = static_cast<uint32_t>(test.size()),
                 .test_accuracy = std::nullopt};
  if (!test.empty() && config.fit.goal == Goal::classify)
    run.metrics.test_accuracy = float_accuracy(run.graph, run.standardization, features ? features->dataset : dataset, test);
  return run;
}

Result<void> write_run(FileSystem& files, const Path& folder, const Run& run) {
  const std::string graph = to_text(run.graph);
  const std::string history = to_json(run.history).dump(2) + "\n";
  const Bytes calibration = compress(bytes_of(std::span<const int16_t>(run.calibration)));
  const Bytes reference = compress(bytes_of(std::span<const int16_t>(run.reference)));
  const std::string scales = scales_json(run.scales).dump(2) + "\n";
  const Bytes reference_labels = compress(bytes_of(std::span<const uint32_t>(run.reference_labels)));
  std::vector<std::pair<const char*, ByteView>> parts = {{kGraphFile, view_of(graph)},
                                                         {kHistoryFile, view_of(history)},
                                                         {kCalibrationFile, calibration},
                                                         {kReferenceFile, reference},
                                                         {kReferenceLabelsFile, reference_labels}};
  if (!run.scales.empty()) parts.emplace_back(kScalesFile, view_of(scales));
  if (!run.parent_model.empty()) parts.emplace_back(kParentFile, run.parent_model);
  // Without run.json the folder is no run: it goes first and comes back last.
  TRY_DO(files.remove(folder / kRunFile));
  for (const char* name : {kModelFile, kQuantizedFile, kQuantizationFile, kScalesFile, kParentFile})
    TRY_DO(files.remove(folder / name));
  Json json = to_json(run);
  Result<void> written;
  for (const auto& [name, bytes] : parts) {
    json["files"][name] = to_hex(sha256(bytes));
    if (written.ok()) written = files.write(folder / name, bytes, Access::everyone);
  }
  if (written.ok()) written = write_json(files, folder / kRunFile, json);
  if (!written.ok()) {
    for (const auto& [name, bytes] : parts) (void)files.remove(folder / name);
  }
  return written;
}

namespace {

Result<Json> read_run_json(FileSystem& files, const Path& folder) {
  if (files.exists(folder / kRunFile)) return read_json(files, folder / kRunFile);
  return Error{.cause = Cause::failed,
               .what = "holds no run.json",
               .where = folder.empty() ? "." : folder.string(),
               .todo = "make a run with: mote train --config FILE --out " + folder.string()};
}

Result<Run> read_parts(FileSystem& files, const Path& folder, const Json& json, bool graph) {
  Run run;
  TRY_DO(read_record(json, (folder / kRunFile).string(), run));
  if (!graph) return run;
  if (json.contains("files") && json["files"].contains(kScalesFile)) {
    TRY(const Bytes bytes, read_held(files, folder, json, kScalesFile, kMostWindowBytes));
    const Json scales = Json::parse(text_of(bytes), nullptr, false);
    TRY(run.scales, read_scales(scales, (folder / kScalesFile).string()));
  }
  TRY(const Bytes text, read_held(files, folder, json, kGraphFile, kMostGraphBytes));
  TRY(run.graph, from_text(text_of(text), (folder / kGraphFile).string()));
  return run;
}

}  // namespace

Result<Run> read_run(FileSystem& files, const Path& folder) {
  TRY(const Json json, read_run_json(files, folder));
  TRY(Run run, read_parts(files, folder, json, true));
  TRY(run.calibration, read_windows(files, folder, json, kCalibrationFile, run.window_values()));
  TRY(run.reference, read_windows(files, folder, json, kReferenceFile, run.window_values()));
  if (json["files"].contains(kParentFile)) {
    TRY(run.parent_model, read_held(files, folder, json, kParentFile, kMostGraphBytes));
  }
  TRY(run.reference_labels, read_labels(files, folder, json, run.labels.size()));
  return run;
}

Result<Run> read_run_record(FileSystem& files, const Path& folder) {
  TRY(const Json json, read_run_json(files, folder));
  return read_parts(files, folder, json, files.exists(folder / kGraphFile));
}

CompileInput compile_input(const Run& run) {
  CompileInput input;
  input.graph = &run.graph;
  input.standardization = run.standardization;
  // Data without a sample rate were refused when the run was made.
  if (auto front = front_end_of(run.config.features, run.sample_rate_hz, run.config.where); front.ok()) input.signal = *front;
  for (const SensorChannel& channel : run.channels) input.channels.push_back({channel.name, channel.unit, channel.quantum});
  if (run.config.fit.goal == Goal::classify) input.labels = run.labels;
  input.calibration = samples_of(run.calibration, run.window_values());
  input.reference = samples_of(run.reference, run.window_values());
  input.scales = run.scales;
  input.quantize = run.config.quantize;
  if (run.config.fit.goal == Goal::classify) input.reference_labels = run.reference_labels;
  return input;
}

Json to_json(const Run& run) {
  Json channels = Json::array();
  for (const SensorChannel& channel : run.channels)
    channels.push_back({{"name", channel.name}, {"unit", channel.unit}, {"quantum", channel.quantum}});
  Json json = {{"format", kFormat},
               {"tools", tool_versions()},
               {"seed", run.config.seed},
               {"configuration", {{"source", run.config.where}, {"text", run.config.text}}},
               {"data",
                {{"hash", run.data_hash},
                 {"reader", reader_name(run.config.data.reader)},
                 {"window_samples", run.window_samples},
                 {"hop", run.config.data.hop},
                 {"sample_rate_hz", run.sample_rate_hz},
                 {"windows", run.windows},
                 {"channels", channels},
                 {"labels", run.labels}}},
               {"features", features_json(run)},
               {"split", names_json(run.split)},
               {"standardization", {{"mean", run.standardization.mean}, {"deviation", run.standardization.deviation}}},
               {"metrics", metrics_json(run.metrics)}};
  if (run.lineage) json["fine_tuning"] = lineage_json(*run.lineage);
  return json;
}

std::string to_text(const Run& run) {
  const TrainMetrics& m = run.metrics;
  const bool reconstructs = run.config.fit.goal == Goal::reconstruct;
  char text[96];
  std::snprintf(text, sizeof text, "epochs      %u, the best was number %u\nparameters  %llu\n", m.epochs, m.best_epoch + 1,
                static_cast<unsigned long long>(m.parameters));
  std::string result = text;
  const auto add = [&](const char* part, uint32_t windows, size_t groups, const std::string& figure) {
    std::snprintf(text, sizeof text, "%-12s%u windows of %zu groups", part, windows, groups);
    result += text + figure + "\n";
  };
  const auto named = [&](const char* name, double value) {
    std::snprintf(text, sizeof text, ", %s %.4f", name, value);
    return std::string(text);
  };
  add("training", m.train_windows, run.split.train.size(), reconstructs ? "" : named("accuracy", m.train_accuracy));
  add("validation", m.validation_windows, run.split.validation.size(),
      reconstructs ? named("loss", m.validation_loss) : named("accuracy", m.validation_accuracy));
  if (m.test_accuracy) add("test", m.test_windows, run.split.test.size(), named("accuracy", *m.test_accuracy) + " (float)");
  return result;
}

}  // namespace mote
