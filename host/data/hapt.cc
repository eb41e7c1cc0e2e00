// Recordings in the folder form of HAPT: experiments.csv, labels.csv, activity_labels.csv and raw int16 files (docs/data.md).
#include <algorithm>
#include <cstring>
#include <map>

#include "host/data/source.h"
#include "host/data/table.h"

namespace mote {
namespace {

constexpr size_t kChannels = 6;
constexpr size_t kMostRecordingBytes = size_t{1} << 30;  // of one recording
constexpr size_t kMostTextBytes = size_t{64} << 20;
constexpr int64_t kMostNumber = 1'000'000;
constexpr int64_t kBasicActivities = 6;  // those after them are short transitions
constexpr double kGravityPerStep = 1.0 / 720;
constexpr double kRadiansPerStep = 0.00061086524;  // 0.035 degrees per second
constexpr double kRateHz = 50;

struct Segment {
  int64_t activity, first, last;  // samples counted from 1, both ends inclusive
};

using Activities = std::map<int64_t, std::string>;

struct Recording {
  std::string file;
  int64_t experiment, user, samples;
  std::vector<Segment> segments;
  std::string where;
};

// Reads a text table with the columns that are wanted, all whole numbers but for the one at `text_column`.
struct Rows {
  Bytes text;  // what the table's fields lie in; a vector keeps its place when it is moved
  std::vector<std::string> names;
  TextTable table;
  std::vector<size_t> columns;

  static Result<Rows> read(FileSystem& files, const Path& path, const std::vector<std::string>& wanted) {
    Rows rows;
    TRY(rows.text, files.read(path, kMostTextBytes));
    TRY(rows.table, read_table(text_of(rows.text), ',', true, path.string(), rows.names));
    for (const std::string& name : wanted) {
      TRY(const size_t column, rows.table.column(name));
      rows.columns.push_back(column);
    }
    return rows;
  }
  Result<int64_t> integer(size_t row, size_t which) const { return table.integer(row, columns[which], 0, kMostNumber); }
  std::string word(size_t row, size_t which) const { return std::string(table.at(row, columns[which])); }
  std::string where(size_t row) const { return table.where + ":" + std::to_string(table.lines[row]); }
};

Error refuse(const std::string& where, const std::string& what) {
  return Error{.cause = Cause::usage, .what = what, .where = where, .todo = ""};
}

Result<Recording> read_recording(const Rows& rows, size_t row) {
  Recording recording;
  recording.file = rows.word(row, 0);
  recording.where = rows.where(row);
  TRY(recording.experiment, rows.integer(row, 1));
  TRY(recording.user, rows.integer(row, 2));
  TRY(recording.samples, rows.table.integer(row, rows.columns[3], 0, int64_t{kMostRecordingBytes} / (2 * kChannels)));
  if (recording.file.find('/') != std::string::npos || recording.file.empty() || recording.file.starts_with('.'))
    return refuse(recording.where, "'" + recording.file + "' is not the name of a file in this folder");
  return recording;
}

// Adds the segment in `row` to its recording.
Result<void> read_segment(const Rows& rows, size_t row, const Activities& activities, std::vector<Recording>& recordings) {
  TRY(const int64_t experiment, rows.integer(row, 0));
  TRY(const int64_t user, rows.integer(row, 1));
  Segment segment;
  TRY(segment.activity, rows.integer(row, 2));
  TRY(segment.first, rows.table.integer(row, rows.columns[3], 1, INT64_MAX));
  TRY(segment.last, rows.table.integer(row, rows.columns[4], 1, INT64_MAX));
  const auto found = std::find_if(recordings.begin(), recordings.end(), [&](const Recording& recording) {
    return recording.experiment == experiment && recording.user == user;
  });
  if (found == recordings.end()) {
    return refuse(rows.where(row), "labels experiment " + std::to_string(experiment) + " of user " + std::to_string(user) +
                                       ", which experiments.csv does not have");
  }
  if (segment.first > segment.last || segment.last > found->samples) {
    return refuse(rows.where(row), "the segment " + std::to_string(segment.first) + " to " + std::to_string(segment.last) +
                                       " is not within the " + std::to_string(found->samples) + " samples of " + found->file);
  }
  if (!activities.contains(segment.activity))
    return refuse(rows.where(row), "activity " + std::to_string(segment.activity) + " is not in activity_labels.csv");
  found->segments.push_back(segment);
  return {};
}

// The three tables; what cannot be read in them is left out.
struct Folder {
  std::vector<Recording> recordings;
  Activities activities;

  static Folder read(FileSystem& files, const Path& path, Problems& problems) {
    Folder folder;
    if (const auto rows = problems.keep(Rows::read(files, path / "activity_labels.csv", {"activity", "name"}))) {
      for (size_t row = 0; row < rows->table.rows(); ++row) {
        if (const auto activity = problems.keep(rows->integer(row, 0))) folder.activities[*activity] = rows->word(row, 1);
      }
    }
    if (const auto rows = problems.keep(Rows::read(files, path / "experiments.csv", {"file", "experiment", "user", "samples"}))) {
      for (size_t row = 0; row < rows->table.rows(); ++row) {
        if (auto recording = problems.keep(read_recording(*rows, row))) folder.recordings.push_back(std::move(*recording));
      }
    }
    const std::vector<std::string> wanted = {"experiment", "user", "activity", "first_sample", "last_sample"};
    if (const auto rows = problems.keep(Rows::read(files, path / "labels.csv", wanted))) {
      for (size_t row = 0; row < rows->table.rows(); ++row) {
        Result<void> added = read_segment(*rows, row, folder.activities, folder.recordings);
        if (!added.ok()) problems.add(std::move(added).error());
      }
    }
    return folder;
  }
};

std::string group_name(int64_t user) {
  const std::string number = std::to_string(user);
  return "user" + std::string(number.size() < 2 ? "0" : "") + number;
}

Result<std::vector<int16_t>> read_samples(FileSystem& files, const Path& path, const Recording& recording) {
  TRY(const Bytes bytes, files.read(path, kMostRecordingBytes));
  if (bytes.size() != static_cast<size_t>(recording.samples) * kChannels * sizeof(int16_t)) {
    return refuse(path.string(), "has " + std::to_string(bytes.size()) + " bytes, but " + recording.where + " says " +
                                     std::to_string(recording.samples) + " samples of 12 bytes");
  }
  std::vector<int16_t> samples(bytes.size() / sizeof(int16_t));
  if (!bytes.empty()) std::memcpy(samples.data(), bytes.data(), bytes.size());
  return samples;
}

// The class of each activity number; those that are not wanted have none.
std::map<int64_t, uint32_t> classes_of(const Activities& activities, const std::vector<std::string>& labels) {
  std::map<int64_t, uint32_t> classes;
  for (uint32_t i = 0; i < labels.size(); ++i) {
    for (const auto& [activity, name] : activities)
      if (name == labels[i]) classes[activity] = i;
  }
  return classes;
}

void add_windows(const std::vector<int16_t>& samples, const Segment& segment, const DataConfig& config, uint32_t label,
                 uint32_t group, Dataset& dataset) {
  constexpr auto kStep = static_cast<int64_t>(kChannels);
  for (int64_t start = segment.first - 1; start + config.window <= segment.last; start += config.hop) {
    const auto from = samples.begin() + start * kStep;
    dataset.samples.insert(dataset.samples.end(), from, from + int64_t{config.window} * kStep);
    dataset.label_of.push_back(label);
    dataset.group_of.push_back(group);
  }
}

}  // namespace

Dataset read_hapt(FileSystem& files, const DataConfig& config, const Path& path, Problems& problems) {
  const Folder folder = Folder::read(files, path, problems);
  Dataset dataset;
  for (const char* axis : {"acc_x", "acc_y", "acc_z"}) dataset.channels.push_back({axis, "g", kGravityPerStep});
  for (const char* axis : {"gyro_x", "gyro_y", "gyro_z"}) dataset.channels.push_back({axis, "rad/s", kRadiansPerStep});
  dataset.sample_rate_hz = kRateHz;
  dataset.window_samples = config.window;
  dataset.labels = config.labels;
  if (dataset.labels.empty()) {
    for (const auto& [activity, name] : folder.activities)
      if (activity <= kBasicActivities) dataset.labels.push_back(name);
  }
  const std::map<int64_t, uint32_t> classes = classes_of(folder.activities, dataset.labels);
  if (classes.empty() && !config.labels.empty() && problems.list().empty()) {
    std::vector<std::string> there;
    for (const auto& [activity, name] : folder.activities) there.push_back(name);
    problems.add(none_of_the_classes(config, there, (path / "activity_labels.csv").string()));
  }

  std::map<int64_t, uint32_t> users;
  for (const Recording& recording : folder.recordings) {
    if (problems.full()) break;
    const auto [user, is_new] = users.try_emplace(recording.user, static_cast<uint32_t>(dataset.groups.size()));
    if (is_new) dataset.groups.push_back(group_name(recording.user));
    const auto samples = problems.keep(read_samples(files, path / recording.file, recording));
    if (!samples) continue;
    for (const Segment& segment : recording.segments) {
      const auto label = classes.find(segment.activity);
      if (label != classes.end()) add_windows(*samples, segment, config, label->second, user->second, dataset);
    }
  }
  sort_groups(dataset);
  return dataset;
}

}  // namespace mote
