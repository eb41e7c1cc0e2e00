// Chooses the reader.
#include "host/data/source.h"

#include <algorithm>
#include <set>

namespace mote {
namespace {

struct ReaderName {
  const char* name;
  Reader reader;
};
constexpr ReaderName kReaders[] = {
    {"hapt", Reader::hapt}, {"csv", Reader::csv}, {"vibration", Reader::vibration}, {"idx", Reader::idx}, {"wav", Reader::wav}};

constexpr int64_t kLongestWindow = 65536;

CsvChannel read_channel(Toml& table) {
  CsvChannel channel;
  channel.column = table.required_text("column");
  channel.name = table.text("name", channel.column);
  channel.unit = table.text("unit", "");
  // A range of r holds -r to +r in the 65536 steps of an int16.
  const bool by_range = table.has("range");
  if (by_range == table.has("resolution"))
    table.refuse("column", "needs one of 'range' (largest magnitude) and 'resolution' (unit per step)");
  const double range = table.number("range", 1, 1e-12, 1e12);
  const double resolution = table.number("resolution", 1, 1e-15, 1e12);
  channel.quantum = by_range ? range / 32767 : resolution;
  if (table.has("least")) channel.least = table.number("least", 0, -1e12, 1e12);
  if (table.has("most")) channel.most = table.number("most", 0, -1e12, 1e12);
  return channel;
}

CsvMap read_csv_map(Toml& data) {
  CsvMap map;
  map.separator = data.text("separator", ",");
  if (map.separator.size() != 1 || map.separator[0] == '"' || map.separator[0] == '\n')
    data.refuse("separator", "is not one character that can separate");
  map.header = data.flag("header", true);
  map.label_is_file = data.flag("label_is_file", false);
  map.recording = static_cast<uint32_t>(data.integer("recording", 0, 0, 1 << 30));
  map.block = static_cast<uint32_t>(data.integer("block", 0, 0, 1 << 30));
  if (!map.label_is_file) {
    map.label = data.required_text("label");
    map.label_missing = data.text("label_missing", "");
    map.label_anywhere = data.text("label_anywhere", "");
  }
  map.group = data.texts("group", {});
  map.time = data.text("time", "");
  map.time_unit = data.number("time_unit", 1, 1e-9, 1e6);
  if (data.has("time_unit") && map.time.empty()) data.refuse("time_unit", "is of the column 'time', which is missing");
  if (map.block != 0 && (map.recording != 0 || !map.group.empty()))
    data.refuse("block", "stands beside 'group' or 'recording', which make groups too");
  map.boundary = data.texts("boundary", {});
  std::set<std::string> names;
  for (Toml& channel : data.tables("channel")) {
    map.channels.push_back(read_channel(channel));
    if (!names.insert(map.channels.back().name).second) channel.refuse("column", "gives a channel a name that another has");
  }
  if (map.channels.empty()) data.refuse("channel", "is missing: a CSV map needs [[data.channel]] tables");
  return map;
}

vibration::Plan read_plan(Toml& data) {
  vibration::Plan plan;
  plan.seed = static_cast<uint64_t>(data.integer("seed", 1, 0, INT64_MAX));
  plan.first_machine = static_cast<uint32_t>(data.integer("first_machine", 0, 0, 1'000'000));
  plan.machines = static_cast<uint32_t>(data.integer("machines", plan.machines, 1, 10000));
  plan.windows = static_cast<uint32_t>(data.integer("windows", plan.windows, 1, 100000));
  return plan;
}

std::vector<std::string> read_labels(Toml& data) {
  const std::vector<std::string> labels = data.texts("labels", {});
  if (std::set<std::string>(labels.begin(), labels.end()).size() != labels.size()) data.refuse("labels", "names a class twice");
  return labels;
}

using ReadFunction = Dataset (*)(FileSystem&, const DataConfig&, const Path&, Problems&);
ReadFunction function_of(Reader reader) {
  switch (reader) {
    case Reader::idx:
      return read_idx_images;
    case Reader::wav:
      return read_wav;
    case Reader::csv:
      return read_csv;
    default:
      return read_hapt;
  }
}

}  // namespace

const char* reader_name(Reader reader) {
  for (const ReaderName& row : kReaders)
    if (row.reader == reader) return row.name;
  return "";
}

DataConfig read_data_config(Toml data) {
  DataConfig config;
  const std::string reader = data.required_text("reader");
  const auto* found =
      std::find_if(std::begin(kReaders), std::end(kReaders), [&](const ReaderName& row) { return row.name == reader; });
  if (found == std::end(kReaders)) {
    if (data.has("reader")) data.refuse("reader", "is none of \"hapt\", \"csv\", \"vibration\", \"idx\", \"wav\"");
    return config;
  }
  config.reader = found->reader;
  if (config.reader == Reader::vibration) {
    config.window = config.hop = vibration::kSamples;
    config.sample_rate_hz = vibration::kSampleRateHz;
    config.vibration = read_plan(data);
    return config;
  }
  if (config.reader == Reader::idx) {
    config.block = static_cast<uint32_t>(data.integer("block", config.block, 1, 1 << 30));
    config.labels = read_labels(data);
    return config;
  }
  config.window = static_cast<uint32_t>(data.integer("window", 128, 1, kLongestWindow));
  const int64_t hop = config.reader == Reader::wav ? config.window : std::max<int64_t>(1, config.window / 2);
  config.hop = static_cast<uint32_t>(data.integer("hop", hop, 1, kLongestWindow));
  config.labels = read_labels(data);
  if (config.reader == Reader::hapt) return config;
  config.sample_rate_hz = data.number("sample_rate_hz", 0, 0, 1e9);
  if (config.reader == Reader::csv) {
    config.csv = read_csv_map(data);
    if (!config.csv.time.empty() && config.sample_rate_hz == 0)
      data.refuse("time", "is held against sample_rate_hz, which is missing");
  }
  if (config.reader == Reader::wav) config.wav = {data.text("group_before", ""), data.flag("pad", false)};
  return config;
}

Result<DataConfig> detect(FileSystem& files, const Path& folder) {
  if (files.exists(folder / "experiments.csv")) return DataConfig{};
  return Error{.cause = Cause::usage,
               .what = files.exists(folder) ? "is not a folder with an experiments.csv" : "does not exist",
               .where = folder.string(),
               .todo = files.exists(folder) ? "describe the data with --config (docs/data.md)" : "check the path"};
}

Result<Dataset> load(FileSystem& files, const DataConfig& config, const std::optional<Path>& folder) {
  Checked checked = check(files, config, folder, 1);
  if (!checked.dataset) return checked.problems.front();
  return std::move(*checked.dataset);
}

Checked check(FileSystem& files, const DataConfig& config, const std::optional<Path>& folder, size_t most) {
  Problems problems(std::max<size_t>(1, most));
  const auto refuse = [&](const std::string& what, const std::string& where, const std::string& todo) {
    problems.add(Error{.cause = Cause::usage, .what = what, .where = where, .todo = todo});
    return Checked{.dataset = std::nullopt, .problems = problems.list()};
  };
  if (config.reader == Reader::vibration) {
    if (!folder) return {.dataset = vibration::make_dataset(config.vibration), .problems = {}};
    return refuse("the generator reads no recordings", folder->string(),
                  "leave --data out, or set data.reader to \"hapt\" or \"csv\"");
  }
  if (!folder)
    return refuse(std::string("the reader \"") + reader_name(config.reader) + "\" needs recordings", "--data",
                  "give their folder");
  Dataset dataset = function_of(config.reader)(files, config, *folder, problems);
  if (problems.list().empty() && dataset.count() == 0) {
    return refuse("no stretch of one label is as long as a window of " + std::to_string(config.window) + " samples",
                  folder->string(), "check the labels, or make data.window smaller");
  }
  if (!problems.list().empty()) return {.dataset = std::nullopt, .problems = problems.list()};
  return {.dataset = std::move(dataset), .problems = {}};
}

Error none_of_the_classes(const DataConfig& config, const std::vector<std::string>& there, const std::string& where) {
  const auto list = [](const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
  };
  return Error{.cause = Cause::usage,
               .what = "holds no window of the classes that data.labels names: " + list(config.labels),
               .where = where,
               .todo = "name classes that are there: " + list(there)};
}

Result<void> check_classes(const Dataset& dataset) {
  std::vector<bool> seen(dataset.labels.size());
  for (const uint32_t label : dataset.label_of) seen[label] = true;
  for (size_t label = 0; label < seen.size(); ++label) {
    if (seen[label]) continue;
    return Error{.cause = Cause::usage,
                 .what = "no window is of the class '" + dataset.labels[label] + "'",
                 .where = "[data] labels",
                 .todo = "check its spelling, or leave it out"};
  }
  return {};
}

}  // namespace mote
