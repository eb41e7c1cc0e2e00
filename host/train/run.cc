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
                  const std::string& label, Progress& progress, Checkpoint* checkpoint) {
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
  TRY(Fit fitted, fit(config, input, threads, label, progress, checkpoint));

  Run run;
  run.config = config;
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
  const std::vector<std::pair<const char*, ByteView>> parts = {{kGraphFile, view_of(graph)},
                                                               {kHistoryFile, view_of(history)},
                                                               {kCalibrationFile, calibration},
                                                               {kReferenceFile, reference}};
  // Without run.json the folder is no run: it goes first and comes back last.
  TRY_DO(files.remove(folder / kRunFile));
  for (const char* name : {kModelFile, kQuantizationFile}) TRY_DO(files.remove(folder / name));
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
  return input;
}

Json to_json(const Run& run) {
  Json channels = Json::array();
  for (const SensorChannel& channel : run.channels)
    channels.push_back({{"name", channel.name}, {"unit", channel.unit}, {"quantum", channel.quantum}});
  return {{"format", kFormat},
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
}

std::string to_text(const Run& run) {
  const TrainMetrics& m = run.metrics;
  char text[512];
  const int written = std::snprintf(
      text, sizeof text,
      "epochs      %u, the best was number %u\nparameters  %llu\ntraining    %u windows of %zu groups, accuracy %.4f\n"
      "validation  %u windows of %zu groups, accuracy %.4f\n",
      m.epochs, m.best_epoch + 1, static_cast<unsigned long long>(m.parameters), m.train_windows, run.split.train.size(),
      m.train_accuracy, m.validation_windows, run.split.validation.size(), m.validation_accuracy);
  std::string result(text, static_cast<size_t>(written));
  if (m.test_accuracy) {
    std::snprintf(text, sizeof text, "test        %u windows of %zu groups, accuracy %.4f (float)\n", m.test_windows,
                  run.split.test.size(), *m.test_accuracy);
    result += text;
  }
  return result;
}

}  // namespace mote
