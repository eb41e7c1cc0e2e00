// One's own recordings: text tables, a row per sample, as a map describes them (docs/data.md).
#include <algorithm>
#include <cmath>
#include <map>

#include "host/data/source.h"
#include "host/data/table.h"

namespace mote {
namespace {

constexpr size_t kMostBytes = size_t{1} << 30;  // of one file

struct Columns {
  std::vector<size_t> channels, group, boundary;
  size_t label = 0;
};

Result<std::vector<size_t>> find(const TextTable& table, const std::vector<std::string>& names) {
  std::vector<size_t> places;
  for (const std::string& name : names) {
    TRY(const size_t place, table.column(name));
    places.push_back(place);
  }
  return places;
}

Result<Columns> find_columns(const TextTable& table, const CsvMap& map) {
  Columns columns;
  for (const CsvChannel& channel : map.channels) {
    TRY(const size_t place, table.column(channel.column));
    columns.channels.push_back(place);
  }
  TRY(columns.label, table.column(map.label));
  TRY(columns.group, find(table, map.group));
  TRY(columns.boundary, find(table, map.boundary));
  return columns;
}

Result<int16_t> read_value(const TextTable& table, size_t row, size_t column, const CsvChannel& channel) {
  TRY(const double value, table.number(row, column));
  const double steps = std::round(value / channel.quantum);
  if (steps < -32768 || steps > 32767) {
    char largest[32];
    std::snprintf(largest, sizeof largest, "%.6g", 32767 * channel.quantum);
    return table.refuse(row, column, "is outside the channel's range of +-" + std::string(largest) + " " + channel.unit);
  }
  return static_cast<int16_t>(steps);
}

// A name's number, given at its first use.
uint32_t number_of(const std::string& name, std::vector<std::string>& names) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<uint32_t>(found - names.begin());
  names.push_back(name);
  return static_cast<uint32_t>(names.size() - 1);
}

class Builder {
 public:
  Builder(const DataConfig& config, Dataset& dataset) : config_(config), dataset_(dataset) {}

  Result<void> add(const TextTable& table, const std::string& file_name) {
    TRY(const Columns columns, find_columns(table, config_.csv));
    std::vector<int16_t> samples;
    samples.reserve(table.rows() * columns.channels.size());
    size_t begin = 0;
    for (size_t row = 0; row < table.rows(); ++row) {
      for (size_t c = 0; c < columns.channels.size(); ++c) {
        TRY(const int16_t value, read_value(table, row, columns.channels[c], config_.csv.channels[c]));
        samples.push_back(value);
      }
      const bool ends = row + 1 == table.rows() || stretch_ends(table, columns, row);
      if (!ends) continue;
      add_stretch(table, columns, samples, begin, row + 1, file_name);
      begin = row + 1;
    }
    return {};
  }

 private:
  static bool stretch_ends(const TextTable& table, const Columns& columns, size_t row) {
    const auto differs = [&](size_t column) { return table.at(row, column) != table.at(row + 1, column); };
    return differs(columns.label) || std::any_of(columns.group.begin(), columns.group.end(), differs) ||
           std::any_of(columns.boundary.begin(), columns.boundary.end(), differs);
  }

  void add_stretch(const TextTable& table, const Columns& columns, const std::vector<int16_t>& samples, size_t begin, size_t end,
                   const std::string& file_name) {
    const std::string label(table.at(begin, columns.label));
    if (label.empty()) return;  // an empty label means: not labelled
    if (!config_.labels.empty() && std::find(config_.labels.begin(), config_.labels.end(), label) == config_.labels.end()) return;
    std::string group;
    for (const size_t column : columns.group) group += (group.empty() ? "" : "/") + std::string(table.at(begin, column));
    if (columns.group.empty()) group = file_name;
    const size_t channels = columns.channels.size();
    for (size_t start = begin; start + config_.window <= end; start += config_.hop) {
      const auto from = samples.begin() + static_cast<int64_t>(start * channels);
      dataset_.samples.insert(dataset_.samples.end(), from, from + static_cast<int64_t>(config_.window * channels));
      dataset_.label_of.push_back(number_of(label, dataset_.labels));
      dataset_.group_of.push_back(number_of(group, dataset_.groups));
    }
  }

  const DataConfig& config_;
  Dataset& dataset_;
};

// Classes that no configuration put in order stand in that of the alphabet.
void sort_labels(Dataset& dataset) {
  const std::vector<std::string> before = dataset.labels;
  std::sort(dataset.labels.begin(), dataset.labels.end());
  for (uint32_t& label : dataset.label_of) {
    const auto place = std::lower_bound(dataset.labels.begin(), dataset.labels.end(), before[label]);
    label = static_cast<uint32_t>(place - dataset.labels.begin());
  }
}

Result<std::vector<Path>> files_of(FileSystem& files, const Path& path) {
  if (path.extension() == ".csv" || path.extension() == ".txt" || path.extension() == ".tsv") return std::vector<Path>{path};
  TRY(const std::vector<Path> entries, files.list(path));
  std::vector<Path> found;
  for (const Path& entry : entries)
    if (entry.extension() == ".csv") found.push_back(entry);
  if (found.empty())
    return Error{.cause = Cause::usage, .what = "holds no .csv file", .where = path.string(), .todo = "check the path"};
  return found;
}

}  // namespace

Result<Dataset> read_csv(FileSystem& files, const DataConfig& config, const Path& path) {
  Dataset dataset;
  for (const CsvChannel& channel : config.csv.channels) dataset.channels.push_back({channel.name, channel.unit, channel.quantum});
  dataset.labels = config.labels;
  dataset.sample_rate_hz = config.sample_rate_hz;
  dataset.window_samples = config.window;
  Builder builder(config, dataset);
  TRY(const std::vector<Path> paths, files_of(files, path));
  for (const Path& file : paths) {
    TRY(const Bytes text, files.read(file, kMostBytes));
    std::vector<std::string> names;
    TRY(const TextTable table, read_table(text_of(text), config.csv.separator[0], config.csv.header, file.string(), names));
    TRY_DO(builder.add(table, file.stem().string()));
  }
  if (config.labels.empty()) sort_labels(dataset);
  sort_groups(dataset);
  return dataset;
}

}  // namespace mote
