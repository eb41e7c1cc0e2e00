// Where windows come from: the [data] table of a configuration, and the readers behind it (docs/data.md).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/toml.h"
#include "host/data/dataset.h"
#include "host/data/problems.h"
#include "host/data/vibration.h"

namespace mote {

enum class Reader { hapt, csv, vibration, idx, wav };

// One channel of a CSV file. A value in `unit` is stored as round(value / quantum), an int16.
struct CsvChannel {
  std::string name, column, unit;
  double quantum = 1;
  std::optional<double> least, most;  // in `unit`: what the sensor may deliver, whatever was recorded
};

// How a CSV file of one's own recordings is read.
struct CsvMap {
  std::string separator = ",";  // one character
  bool header = true;           // else columns are named "1", "2", ...
  std::vector<CsvChannel> channels;
  std::string label;               // column
  std::vector<std::string> group;  // columns, joined by "/"; empty: each file is a group
  // A window does not run over a change of one of these columns; label and group always count.
  std::vector<std::string> boundary;
  bool label_is_file = false;  // the class is the file's name
  uint32_t recording = 0;      // rows of a recording, where several follow each other in a file; 0: a file is one
  uint32_t block = 0;          // rows of a group, where a file is cut into several; 0: it is not
  std::string label_missing;   // the class of files without the label's column; empty: such a file is an error
  std::string time;            // column of when a row was sampled, held against the sample rate; empty: none
  double time_unit = 1;        // seconds, of times that are numbers
  std::string label_anywhere;  // the class of a window that has one sample of it; windows run over changes to and from it
};

// How folders of WAV files are read.
struct WavMap {
  std::string group_before;  // of a file's name, what stands before this, from the last "_" on, is its group
  bool pad = false;          // a recording shorter than a window is filled up with zeros
};

struct DataConfig {
  Reader reader = Reader::hapt;
  uint32_t window = 128;            // samples
  uint32_t hop = 64;                // samples from one window's start to the next's
  double sample_rate_hz = 0;        // csv only; 0: not known
  std::vector<std::string> labels;  // the classes in their order; others are left out. Empty: the reader's own
  CsvMap csv;
  WavMap wav;
  uint32_t block = 1000;  // idx: images in a group
  vibration::Plan vibration;
};

const char* reader_name(Reader reader);

// Reads the [data] table; what is wrong comes from Toml::finish.
DataConfig read_data_config(Toml data);

// The HAPT form where `folder` holds experiments.csv, and the defaults.
Result<DataConfig> detect(FileSystem& files, const Path& folder);

// `folder` is a folder (HAPT form, or of CSV files) or one CSV file; none for the generator.
Result<Dataset> load(FileSystem& files, const DataConfig& config, const std::optional<Path>& folder);

// As load, but goes on after a problem, up to `most` of them. No data set when there was one.
struct Checked {
  std::optional<Dataset> dataset;
  std::vector<Error> problems;
};
Checked check(FileSystem& files, const DataConfig& config, const std::optional<Path>& folder, size_t most);

// For readers: what `where` holds in place of the classes that data.labels names.
Error none_of_the_classes(const DataConfig& config, const std::vector<std::string>& there, const std::string& where);

// What is trained on has windows of every class that it names. Recordings that are evaluated need not.
Result<void> check_classes(const Dataset& dataset);

// The readers. What they return is worth something only when `problems` stayed empty.
Dataset read_hapt(FileSystem& files, const DataConfig& config, const Path& folder, Problems& problems);
Dataset read_idx_images(FileSystem& files, const DataConfig& config, const Path& path, Problems& problems);
Dataset read_wav(FileSystem& files, const DataConfig& config, const Path& path, Problems& problems);
Dataset read_csv(FileSystem& files, const DataConfig& config, const Path& path, Problems& problems);

}  // namespace mote
