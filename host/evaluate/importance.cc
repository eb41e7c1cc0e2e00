// Runs the model on changed windows.
#include "host/evaluate/importance.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.h"

namespace mote {
namespace {

constexpr uint32_t kMostFeatures = 128;
constexpr uint64_t kMostMapRuns = 150'000;  // the map takes fewer windows rather than minutes
constexpr uint32_t kFewestMapWindows = 50;

struct Score {
  double accuracy = 0, probability = 0;
};

std::vector<uint32_t> thinned(std::span<const uint32_t> windows, uint32_t most) {
  if (windows.size() <= most) return {windows.begin(), windows.end()};
  std::vector<uint32_t> some;
  for (uint64_t i = 0; i < most; ++i) some.push_back(windows[i * windows.size() / most]);
  return some;
}

class Study {
 public:
  Study(LoadedModel& model, const Dataset& dataset, std::vector<uint32_t> windows)
      : model_(model),
        dataset_(dataset),
        windows_(std::move(windows)),
        axes_(model.input()),
        tensor_(model.input().count),
        scores_(model.output().count) {
    for (const uint32_t window : windows_) {
      model_.front_end(dataset_.window(window), {}, tensor_);
      inputs_.insert(inputs_.end(), tensor_.begin(), tensor_.end());
    }
    find_means();
  }

  const TimeAxes& axes() const { return axes_; }
  uint32_t count() const { return static_cast<uint32_t>(windows_.size()); }

  // `change(i)` changes tensor(), which holds the input of window number i.
  template <typename Change>
  Score score(uint32_t windows, Change change) {
    Score sum;
    for (uint32_t i = 0; i < windows; ++i) {
      const uint32_t from = static_cast<uint32_t>(uint64_t{i} * count() / windows);
      std::copy_n(input(from), tensor_.size(), tensor_.begin());
      change(from);
      model_.run(tensor_, scores_);
      add(from, sum);
    }
    return {sum.accuracy / windows, sum.probability / windows};
  }

  // The windows with channel `channel` of each taken from another.
  Score score_with_channel_of(std::span<const uint32_t> other, size_t channel) {
    std::vector<int16_t> raw(dataset_.window_values());
    const size_t channels = dataset_.channels.size();
    Score sum;
    for (uint32_t i = 0; i < count(); ++i) {
      const std::span<const int16_t> own = dataset_.window(windows_[i]), given = dataset_.window(windows_[other[i]]);
      std::copy(own.begin(), own.end(), raw.begin());
      for (size_t at = channel; at < raw.size(); at += channels) raw[at] = given[at];
      model_.run_raw(raw, {}, scores_);
      add(i, sum);
    }
    return {sum.accuracy / count(), sum.probability / count()};
  }

  void take_feature(uint32_t from, uint32_t feature) {
    for (uint32_t t = 0; t < axes_.steps; ++t) tensor_[at(t, feature)] = input(from)[at(t, feature)];
  }
  void blank(uint32_t feature, uint32_t first, uint32_t end) {
    for (uint32_t t = first; t < end; ++t) tensor_[at(t, feature)] = means_[feature];
  }

 private:
  size_t at(uint32_t step, uint32_t feature) const { return size_t{step} * axes_.features + feature; }
  const int8_t* input(uint32_t i) const { return inputs_.data() + size_t{i} * tensor_.size(); }

  void find_means() {
    std::vector<double> sums(axes_.features);
    for (size_t i = 0; i < inputs_.size(); ++i) sums[i % axes_.features] += inputs_[i];
    const double each = static_cast<double>(inputs_.size() / axes_.features);
    for (const double sum : sums) means_.push_back(static_cast<int8_t>(std::lround(sum / each)));
  }

  void add(uint32_t i, Score& sum) const {
    const uint32_t truth = dataset_.label_of[windows_[i]];
    const mote_tensor output = model_.output();
    const auto answer = static_cast<uint32_t>(std::max_element(scores_.begin(), scores_.end()) - scores_.begin());
    sum.accuracy += answer == truth;
    sum.probability += static_cast<double>(output.scale) * (scores_[truth] - output.zero_point);
  }

  LoadedModel& model_;
  const Dataset& dataset_;
  std::vector<uint32_t> windows_;
  TimeAxes axes_;
  std::vector<int8_t> inputs_, tensor_, scores_, means_;
};

// `measure(other)` gives the accuracy when window i takes the feature of window other[i].
template <typename Measure>
FeatureImportance shuffled(std::string name, const Study& study, double whole, const ImportanceOptions& options, uint64_t number,
                           Measure measure) {
  std::vector<double> drops;
  for (uint32_t repeat = 0; repeat < options.repeats; ++repeat) {
    std::vector<uint32_t> other(study.count());
    std::iota(other.begin(), other.end(), 0u);
    Random random = Random::stream(options.seed, number * 1000 + repeat);
    random.shuffle(other);
    drops.push_back(whole - measure(other));
  }
  const double n = static_cast<double>(drops.size());
  const double mean = std::accumulate(drops.begin(), drops.end(), 0.0) / n;
  double squares = 0;
  for (const double drop : drops) squares += (drop - mean) * (drop - mean);
  return {.name = std::move(name), .drop = mean, .spread = drops.size() < 2 ? 0 : std::sqrt(squares / (n - 1))};
}

void shuffle_channels(Study& study, const Dataset& dataset, const ImportanceOptions& options, Importance& result,
                      Progress& progress) {
  progress.begin("shuffle channels", dataset.channels.size());
  for (size_t c = 0; c < dataset.channels.size(); ++c) {
    result.channels.push_back(shuffled(dataset.channels[c].name, study, result.accuracy, options, c,
                                       [&](const auto& other) { return study.score_with_channel_of(other, c).accuracy; }));
    progress.step(c + 1, "");
  }
  progress.end();
}

void shuffle_features(Study& study, const ImportanceOptions& options, Importance& result, Progress& progress) {
  progress.begin("shuffle features", study.axes().features);
  for (uint32_t f = 0; f < study.axes().features; ++f) {
    result.features.push_back(shuffled(result.rows[f], study, result.accuracy, options, 1'000'000 + f, [&](const auto& other) {
      return study.score(study.count(), [&](uint32_t i) { study.take_feature(other[i], f); }).accuracy;
    }));
    progress.step(f + 1, "");
  }
  progress.end();
}

// What is lost without the time steps of segment `k` in the features [first, end).
Occlusion occlude(Study& study, const Score& whole, uint32_t windows, uint32_t k, uint32_t segments, uint32_t first,
                  uint32_t end) {
  const uint32_t steps = study.axes().steps;
  Occlusion occlusion{.first = static_cast<uint32_t>(uint64_t{k} * steps / segments),
                      .end = static_cast<uint32_t>(uint64_t{k + 1} * steps / segments)};
  const Score left = study.score(windows, [&](uint32_t) {
    for (uint32_t f = first; f < end; ++f) study.blank(f, occlusion.first, occlusion.end);
  });
  occlusion.accuracy_drop = whole.accuracy - left.accuracy;
  occlusion.probability_drop = whole.probability - left.probability;
  return occlusion;
}

void occlude_all(Study& study, const ImportanceOptions& options, Importance& result, Progress& progress) {
  const uint32_t features = study.axes().features, segments = std::min(options.segments, study.axes().steps);
  const Score whole{result.accuracy, result.probability};
  const uint32_t rows = features <= kMostFeatures ? features : 0;
  progress.begin("occlude", uint64_t{segments} * (rows + 1));
  uint64_t done = 0;
  for (uint32_t k = 0; k < segments; ++k) {
    result.time.push_back(occlude(study, whole, study.count(), k, segments, 0, features));
    progress.step(++done, "");
  }
  const auto fitting =
      static_cast<uint32_t>(std::max<uint64_t>(kFewestMapWindows, kMostMapRuns / (segments * std::max(rows, 1u))));
  const uint32_t windows = std::min(study.count(), fitting);
  const Score whole_of_these = study.score(windows, [](uint32_t) {});
  for (uint32_t f = 0; f < rows; ++f) {
    std::vector<Occlusion> row;
    for (uint32_t k = 0; k < segments; ++k) {
      row.push_back(occlude(study, whole_of_these, windows, k, segments, f, f + 1));
      progress.step(++done, "");
    }
    result.map.push_back(std::move(row));
  }
  progress.end();
}

}  // namespace

TimeAxes::TimeAxes(const mote_tensor& input) {
  const bool signal = input.shape[1] == 1;
  steps = signal ? input.shape[2] : input.shape[1];
  features = signal ? input.shape[3] : input.shape[2] * input.shape[3];
}

Importance importance(LoadedModel& model, const Dataset& dataset, const std::vector<std::string>& features,
                      std::span<const uint32_t> windows, const ImportanceOptions& options, Progress& progress) {
  Study study(model, dataset, thinned(windows, options.most_windows));
  Importance result{.windows = study.count(), .repeats = options.repeats, .seed = options.seed};
  const Score whole = study.score(study.count(), [](uint32_t) {});
  result.accuracy = whole.accuracy;
  result.probability = whole.probability;
  result.rows = features;
  if (features.empty())
    for (const SensorChannel& channel : dataset.channels) result.rows.push_back(channel.name);
  shuffle_channels(study, dataset, options, result, progress);
  if (!features.empty() && study.axes().features <= kMostFeatures) shuffle_features(study, options, result, progress);
  occlude_all(study, options, result, progress);
  return result;
}

}  // namespace mote
