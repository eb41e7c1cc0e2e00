// Recordings as WAV files, a folder for each class.
#include <algorithm>
#include <iterator>
#include <map>

#include "host/data/source.h"
#include "host/data/wav_file.h"

namespace mote {
namespace {

constexpr size_t kMostWavBytes = size_t{1} << 30;

Error refuse_wav(const Path& path, const std::string& what, const std::string& todo) {
  return Error{.cause = Cause::usage, .what = what, .where = path.string(), .todo = todo};
}

// "0a1b_nohash_3" and "bed_0a1b_nohash_3" are both of speaker 0a1b; what has no such mark is a group of its own.
std::string group_of_name(const std::string& name, const std::string& mark, const std::string& label) {
  const size_t end = mark.empty() ? std::string::npos : name.find(mark);
  if (end == std::string::npos) return label + "/" + name;
  const size_t before = name.rfind('_', end == 0 ? 0 : end - 1);
  const size_t begin = before == std::string::npos || before >= end ? 0 : before + 1;
  return name.substr(begin, end - begin);
}

class Recordings {
 public:
  Recordings(FileSystem& files, const DataConfig& config, Dataset& dataset) : files_(files), config_(config), dataset_(dataset) {}

  Result<void> add(const Path& path, uint32_t label) {
    TRY(const Bytes bytes, files_.read(path, kMostWavBytes));
    TRY(Wav wav, parse_wav(bytes, path.string()));
    TRY_DO(check(path, wav));
    const size_t channels = wav.channels;
    size_t samples = wav.samples.size() / channels;
    if (samples < config_.window && config_.wav.pad) {
      samples = config_.window;
      wav.samples.resize(samples * channels, 0);
    }
    if (samples < config_.window) {
      return refuse_wav(path,
                        "has " + std::to_string(samples) + " samples, fewer than a window of " + std::to_string(config_.window),
                        "make data.window smaller, or set data.pad");
    }
    const uint32_t group = number(group_of_name(path.stem().string(), config_.wav.group_before, dataset_.labels[label]));
    for (size_t start = 0; start + config_.window <= samples; start += config_.hop) {
      const auto from = wav.samples.begin() + static_cast<ptrdiff_t>(start * channels);
      dataset_.samples.insert(dataset_.samples.end(), from, from + static_cast<ptrdiff_t>(config_.window * channels));
      dataset_.label_of.push_back(label);
      dataset_.group_of.push_back(group);
    }
    return {};
  }

 private:
  Result<void> check(const Path& path, const Wav& wav) {
    if (dataset_.sample_rate_hz == 0) dataset_.sample_rate_hz = wav.sample_rate_hz;
    if (dataset_.channels.empty()) {
      for (uint32_t c = 0; c < wav.channels; ++c)
        dataset_.channels.push_back({wav.channels == 1 ? "sound" : "sound" + std::to_string(c + 1), "", 1.0 / 32768});
    }
    if (wav.sample_rate_hz != dataset_.sample_rate_hz) {
      return refuse_wav(path,
                        "has a sample rate of " + std::to_string(wav.sample_rate_hz) + " Hz instead of " +
                            std::to_string(static_cast<uint64_t>(dataset_.sample_rate_hz)),
                        "convert it");
    }
    if (wav.channels != dataset_.channels.size())
      return refuse_wav(path, "has another number of channels than the files before it", "convert it");
    return {};
  }

  uint32_t number(const std::string& group) {
    const auto [place, is_new] = groups_.try_emplace(group, static_cast<uint32_t>(dataset_.groups.size()));
    if (is_new) dataset_.groups.push_back(group);
    return place->second;
  }

  FileSystem& files_;
  const DataConfig& config_;
  Dataset& dataset_;
  std::map<std::string, uint32_t> groups_;
};

bool is_wav(const Path& path) { return path.extension() == ".wav" || path.extension() == ".WAV"; }

std::vector<Path> wavs_in(FileSystem& files, const Path& folder) {
  std::vector<Path> found;
  const auto entries = files.list(folder);
  if (entries.ok()) std::copy_if(entries->begin(), entries->end(), std::back_inserter(found), is_wav);
  return found;
}

// The folders that hold a WAV file.
Result<std::vector<std::string>> classes_in(FileSystem& files, const Path& folder) {
  TRY(const std::vector<Path> entries, files.list(folder));
  std::vector<std::string> names;
  for (const Path& entry : entries)
    if (!is_wav(entry) && !wavs_in(files, entry).empty()) names.push_back(entry.filename().string());
  if (names.empty()) return refuse_wav(folder, "holds no folder with .wav files", "give each class a folder of its name");
  return names;
}

}  // namespace

Dataset read_wav(FileSystem& files, const DataConfig& config, const Path& path, Problems& problems) {
  Dataset dataset;
  dataset.labels = config.labels;
  dataset.window_samples = config.window;
  dataset.sample_rate_hz = config.sample_rate_hz;
  if (dataset.labels.empty()) {
    if (auto names = problems.keep(classes_in(files, path))) dataset.labels = std::move(*names);
  }
  Recordings recordings(files, config, dataset);
  for (uint32_t label = 0; label < dataset.labels.size(); ++label) {
    for (const Path& file : wavs_in(files, path / dataset.labels[label])) {
      if (problems.full()) break;
      Result<void> added = recordings.add(file, label);
      if (!added.ok()) problems.add(std::move(added).error());
    }
  }
  if (dataset.count() == 0 && problems.list().empty()) {
    if (const auto there = problems.keep(classes_in(files, path)))
      problems.add(none_of_the_classes(config, *there, (path / dataset.labels.front()).string()));
  }
  sort_groups(dataset);
  return dataset;
}

}  // namespace mote
