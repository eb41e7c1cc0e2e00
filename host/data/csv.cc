// One's own recordings: text tables, a row per sample, as a map describes them (docs/data.md).
#include <algorithm>
#include <cmath>
#include <optional>

#include "host/data/sample_times.h"
#include "host/data/source.h"
#include "host/data/table.h"

namespace mote {
namespace {

constexpr size_t kMostBytes = size_t{1} << 30;  // of one file

struct Columns {
  std::vector<size_t> channels, group, boundary;
  std::optional<size_t> label;  // none where the file's name is the class, or the file is of one class
};

std::vector<size_t> find(const TextTable& table, const std::vector<std::string>& names, Problems& problems) {
  std::vector<size_t> places;
  for (const std::string& name : names) {
    if (const auto place = problems.keep(table.column(name))) places.push_back(*place);
  }
  return places;
}

// None when a column is missing.
std::optional<Columns> find_columns(const TextTable& table, const CsvMap& map, Problems& problems) {
  std::vector<std::string> channels;
  for (const CsvChannel& channel : map.channels) channels.push_back(channel.column);
  const size_t before = problems.list().size();
  Columns columns;
  columns.channels = find(table, channels, problems);
  columns.group = find(table, map.group, problems);
  columns.boundary = find(table, map.boundary, problems);
  const bool of_one_class = !map.label_missing.empty() && !table.column(map.label).ok();
  if (!map.label_is_file && !of_one_class) {
    if (const std::vector<size_t> label = find(table, {map.label}, problems); !label.empty()) columns.label = label.front();
  }
  if (problems.list().size() != before) return std::nullopt;
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

  void add(const TextTable& table, const std::string& file_name, Problems& problems) {
    const std::optional<Columns> columns = find_columns(table, config_.csv, problems);
    if (!columns) return;
    if (config_.csv.recording != 0 && table.rows() % config_.csv.recording != 0) {
      problems.add(Error{.cause = Cause::usage,
                         .what = "has " + std::to_string(table.rows()) + " rows, no whole number of recordings of " +
                                 std::to_string(config_.csv.recording),
                         .where = table.where,
                         .todo = "check data.recording"});
      return;
    }
    if (table.rows() < config_.window)
      return problems.add(
          Error{.cause = Cause::usage,
                .what = "has " + std::to_string(table.rows()) + " rows, fewer than a window of " + std::to_string(config_.window),
                .where = table.where,
                .todo = "make data.window smaller, or leave the file out"});
    if (!config_.csv.time.empty()) {
      if (Result<void> fits = check_times(table, config_.csv, config_.sample_rate_hz); !fits.ok())
        return problems.add(std::move(fits).error());
    }
    std::vector<int16_t> samples;
    samples.reserve(table.rows() * columns->channels.size());
    size_t begin = 0;
    for (size_t row = 0; row < table.rows() && !problems.full(); ++row) {
      for (size_t c = 0; c < columns->channels.size(); ++c) {
        const Result<int16_t> value = read_value(table, row, columns->channels[c], config_.csv.channels[c]);
        samples.push_back(problems.keep(value).value_or(0));
      }
      const bool ends = row + 1 == table.rows() || stretch_ends(table, *columns, row);
      if (!ends) continue;
      add_stretch(table, *columns, samples, begin, row + 1, file_name);
      begin = row + 1;
    }
  }

  // Classes of windows that data.labels does not name.
  const std::vector<std::string>& left_out() const { return left_out_; }

 private:
  bool stretch_ends(const TextTable& table, const Columns& columns, size_t row) const {
    if (config_.csv.recording != 0 && (row + 1) % config_.csv.recording == 0) return true;
    if (config_.csv.block != 0 && (row + 1) % config_.csv.block == 0) return true;
    const auto differs = [&](size_t column) { return table.at(row, column) != table.at(row + 1, column); };
    return (columns.label && differs(*columns.label) &&
            !runs_on(table.at(row, *columns.label), table.at(row + 1, *columns.label))) ||
           std::any_of(columns.group.begin(), columns.group.end(), differs) ||
           std::any_of(columns.boundary.begin(), columns.boundary.end(), differs);
  }

  // Whether a window may hold samples of both labels.
  bool runs_on(std::string_view label, std::string_view next) const {
    const std::string& anywhere = config_.csv.label_anywhere;
    return !anywhere.empty() && !label.empty() && !next.empty() && (label == anywhere || next == anywhere);
  }

  static std::string columns_name(const TextTable& table, const Columns& columns, size_t row) {
    std::string name;
    for (const size_t column : columns.group) {
      if (column != columns.group.front()) name.push_back('/');
      name.append(table.at(row, column));
    }
    return name;
  }

  std::string group_of(const TextTable& table, const Columns& columns, size_t row, const std::string& file_name) const {
    const CsvMap& map = config_.csv;
    if (!columns.group.empty()) return columns_name(table, columns, row);
    if (map.recording != 0) return "take" + std::to_string(row / map.recording + 1);
    return map.block != 0 ? file_name + "/" + std::to_string(row / map.block) : file_name;
  }

  // Of the window that begins at `row`; the labels of a stretch differ only where one of them counts anywhere.
  std::string label_of(const TextTable& table, const Columns& columns, size_t row, const std::string& file_name) const {
    const CsvMap& map = config_.csv;
    if (!columns.label) return map.label_is_file ? file_name : map.label_missing;
    for (size_t i = 0; i < config_.window && !map.label_anywhere.empty(); ++i)
      if (table.at(row + i, *columns.label) == map.label_anywhere) return map.label_anywhere;
    return std::string(table.at(row, *columns.label));
  }

  void add_stretch(const TextTable& table, const Columns& columns, const std::vector<int16_t>& samples, size_t begin, size_t end,
                   const std::string& file_name) {
    const std::string group = group_of(table, columns, begin, file_name);
    const size_t channels = columns.channels.size();
    for (size_t start = begin; start + config_.window <= end; start += config_.hop) {
      const std::string label = label_of(table, columns, start, file_name);
      if (label.empty()) break;  // an empty label means: not labelled
      if (!config_.labels.empty() && std::find(config_.labels.begin(), config_.labels.end(), label) == config_.labels.end()) {
        number_of(label, left_out_);
        continue;
      }
      const auto from = samples.begin() + static_cast<int64_t>(start * channels);
      dataset_.samples.insert(dataset_.samples.end(), from, from + static_cast<int64_t>(config_.window * channels));
      dataset_.label_of.push_back(number_of(label, dataset_.labels));
      dataset_.group_of.push_back(number_of(group, dataset_.groups));
    }
  }

  const DataConfig& config_;
  Dataset& dataset_;
  std::vector<std::string> left_out_;
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

Dataset read_csv(FileSystem& files, const DataConfig& config, const Path& path, Problems& problems) {
  Dataset dataset;
  for (const CsvChannel& channel : config.csv.channels) dataset.channels.push_back({channel.name, channel.unit, channel.quantum});
  dataset.labels = config.labels;
  dataset.sample_rate_hz = config.sample_rate_hz;
  dataset.window_samples = config.window;
  Builder builder(config, dataset);
  const auto paths = problems.keep(files_of(files, path));
  for (size_t i = 0; paths && i < paths->size() && !problems.full(); ++i) {
    const Path& file = (*paths)[i];
    const auto text = problems.keep(files.read(file, kMostBytes));
    if (!text) continue;
    std::vector<std::string> names;
    const auto table =
        problems.keep(read_table(text_of(*text), config.csv.separator[0], config.csv.header, file.string(), names));
    if (table && table->rows() == 0)
      problems.add(
          Error{.cause = Cause::usage, .what = "holds no row", .where = file.string(), .todo = "give it rows, or take it away"});
    else if (table)
      builder.add(*table, file.stem().string(), problems);
  }
  if (dataset.count() == 0 && problems.list().empty() && !builder.left_out().empty())
    problems.add(none_of_the_classes(config, builder.left_out(), path.string()));
  if (config.labels.empty()) sort_labels(dataset);
  sort_groups(dataset);
  return dataset;
}

}  // namespace mote
