// Turns in the sensor's own units first, the rest after standardization.
#include "host/train/augment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "host/train/picture.h"
#include "host/train/signal_change.h"

namespace mote {
namespace {

using Rotation = std::array<std::array<float, 3>, 3>;

// A turn about a random axis: the quaternion (1, v) / |(1, v)| with v normal. For small turns its angle is 2|v|.
Rotation draw_rotation(double degrees, Random& random) {
  // Each component has the angle's deviation by the square root of three: so has |v| the asked root mean square.
  const double scale = degrees * std::numbers::pi / 180 / 2 / std::numbers::sqrt3;
  const double a = scale * random.normal(), b = scale * random.normal(), c = scale * random.normal();
  const double norm = 1 / std::sqrt(1 + a * a + b * b + c * c);
  const double w = norm, x = a * norm, y = b * norm, z = c * norm;
  const auto f = [](double value) { return static_cast<float>(value); };
  return {{{f(1 - 2 * (y * y + z * z)), f(2 * (x * y - z * w)), f(2 * (x * z + y * w))},
           {f(2 * (x * y + z * w)), f(1 - 2 * (x * x + z * z)), f(2 * (y * z - x * w))},
           {f(2 * (x * z - y * w)), f(2 * (y * z + x * w)), f(1 - 2 * (x * x + y * y))}}};
}

}  // namespace

Result<void> Augmenter::find_background(std::span<const uint32_t> train, const std::string& where) {
  if (config_.background.empty()) return {};
  const std::vector<std::string>& labels = dataset_->labels;
  const auto label = static_cast<uint32_t>(std::find(labels.begin(), labels.end(), config_.background) - labels.begin());
  for (const uint32_t window : train)
    if (dataset_->label_of[window] == label) background_.push_back(window);
  if (!background_.empty()) return {};
  return Error{.cause = Cause::usage,
               .what = "'augment.background' names '" + config_.background + "', of which no window is trained on",
               .where = where,
               .todo = ""};
}

Result<Augmenter> Augmenter::make(const AugmentConfig& config, const Dataset& dataset, std::span<const uint32_t> train,
                                  const std::string& where) {
  const std::vector<SensorChannel>& channels = dataset.channels;
  Augmenter augmenter;
  augmenter.dataset_ = &dataset;
  augmenter.config_ = config;
  augmenter.channels_ = channels.size();
  for (const std::string& name : config.rotate_channels) {
    const auto found = std::find_if(channels.begin(), channels.end(), [&](const SensorChannel& c) { return c.name == name; });
    if (found == channels.end()) {
      return Error{.cause = Cause::usage,
                   .what = "'augment.rotate_channels' names '" + name + "', which is no channel of the data",
                   .where = where,
                   .todo = ""};
    }
    augmenter.axes_.push_back(static_cast<size_t>(found - channels.begin()));
  }
  if (augmenter.axes_.size() % 3 != 0 || (config.rotate_degrees > 0 && augmenter.axes_.empty())) {
    return Error{.cause = Cause::usage,
                 .what = "'augment.rotate_channels' must name the x, y and z of one or more sensors",
                 .where = where,
                 .todo = ""};
  }
  if (dataset.height == 1 && (config.turn_degrees > 0 || config.zoom > 0 || config.move > 0)) {
    return Error{.cause = Cause::usage,
                 .what = "'augment.turn_degrees', 'zoom' and 'move' are for images, and the data are signals",
                 .where = where,
                 .todo = ""};
  }
  TRY_DO(augmenter.find_background(train, where));
  return augmenter;
}

void Augmenter::rotate(Random& random, std::vector<float>& window) const {
  const Rotation turn = draw_rotation(config_.rotate_degrees, random);
  for (size_t at = 0; at < window.size(); at += channels_) {
    for (size_t axis = 0; axis < axes_.size(); axis += 3) {
      float* values[3] = {&window[at + axes_[axis]], &window[at + axes_[axis + 1]], &window[at + axes_[axis + 2]]};
      const float x = *values[0], y = *values[1], z = *values[2];
      for (size_t row = 0; row < 3; ++row) *values[row] = turn[row][0] * x + turn[row][1] * y + turn[row][2] * z;
    }
  }
}

void Augmenter::lay_over(Random& random, std::vector<float>& window) const {
  const auto gain = static_cast<float>(random.uniform(0, config_.background_gain));
  const std::span<const int16_t> noise = dataset_->window(background_[random.below(background_.size())]);
  for (size_t i = 0; i < window.size(); ++i) window[i] += gain * noise[i];
}

// What happens in the sensor's own units.
void Augmenter::change_raw(Random& random, std::vector<float>& window) const {
  if (config_.rotate_degrees > 0) rotate(random, window);
  if (!background_.empty()) lay_over(random, window);
  if (config_.stretch > 0) change_speed(channels_, config_.stretch, random, window);
  if (config_.turn_degrees > 0 || config_.zoom > 0 || config_.move > 0) {
    const PictureShape shape = {dataset_->height, dataset_->window_samples / dataset_->height, channels_};
    change_picture(shape, {config_.turn_degrees, config_.zoom, config_.move}, random, window);
  }
  if (config_.scale > 0) {
    const auto factor = static_cast<float>(1 + config_.scale * random.normal());
    for (float& value : window) value *= factor;
  }
}

void Augmenter::apply(std::span<const int16_t> raw, const Standardization& standardization, Random& random, float* to) const {
  if (!config_.any()) return standardize(raw, standardization, to);
  std::vector<float> window(raw.begin(), raw.end());
  change_raw(random, window);

  const size_t samples = window.size() / channels_;
  const size_t ahead = config_.shift == 0 ? 0 : random.below(2 * uint64_t{config_.shift} + 1) % samples;
  for (size_t c = 0; c < channels_; ++c) {
    const auto mean = static_cast<float>(standardization.mean[c]);
    const auto inverse = static_cast<float>(1 / standardization.deviation[c]);
    const auto gain = static_cast<float>(config_.gain == 0 ? 1 : 1 + config_.gain * random.normal());
    const auto offset = static_cast<float>(config_.offset == 0 ? 0 : config_.offset * random.normal());
    for (size_t t = 0; t < samples; ++t) {
      const size_t from = (t + ahead) % samples;
      to[t * channels_ + c] = (window[from * channels_ + c] * gain - mean) * inverse + offset;
    }
  }
  if (config_.noise > 0) {
    for (size_t i = 0; i < window.size(); ++i) to[i] += static_cast<float>(config_.noise * random.normal());
  }
  hide(channels_, config_.hide_samples, config_.hide_channels, random, to, window.size());
}

// Raw samples with what a recording may differ in; within int16, as a microphone clips.
std::vector<int16_t> Augmenter::change_recording(std::span<const int16_t> raw, Random& random) const {
  std::vector<float> window(raw.begin(), raw.end());
  change_raw(random, window);
  const size_t samples = window.size() / channels_;
  const size_t ahead = config_.shift == 0 ? 0 : random.below(2 * uint64_t{config_.shift} + 1) % samples;
  std::vector<int16_t> changed(raw.size());
  for (size_t c = 0; c < channels_; ++c) {
    const auto gain = static_cast<float>(config_.gain == 0 ? 1 : 1 + config_.gain * random.normal());
    for (size_t t = 0; t < samples; ++t) {
      const float value = std::nearbyint(window[(t + ahead) % samples * channels_ + c] * gain);
      changed[t * channels_ + c] = static_cast<int16_t>(std::clamp(value, -32768.0f, 32767.0f));
    }
  }
  return changed;
}

void Augmenter::apply(std::span<const int16_t> raw, const Extraction& extraction, const Standardization& standardization,
                      Random& random, std::span<float> to) const {
  if (config_.changes_samples()) {
    std::vector<int16_t> features(to.size());
    extraction.extractor.extract(change_recording(raw, random), features);
    standardize(features, standardization, to.data());
  } else {
    standardize(extraction.features, standardization, to.data());
  }
  const size_t channels = standardization.mean.size();
  for (size_t c = 0; c < channels && config_.offset > 0; ++c) {
    const auto offset = static_cast<float>(config_.offset * random.normal());
    for (size_t i = c; i < to.size(); i += channels) to[i] += offset;
  }
  if (config_.noise > 0) {
    for (float& value : to) value += static_cast<float>(config_.noise * random.normal());
  }
  hide(channels, config_.hide_samples, config_.hide_channels, random, to.data(), to.size());
}

void standardize(std::span<const int16_t> raw, const Standardization& standardization, float* to) {
  const size_t channels = standardization.mean.size();
  for (size_t c = 0; c < channels; ++c) {
    const double mean = standardization.mean[c], inverse = 1 / standardization.deviation[c];
    for (size_t i = c; i < raw.size(); i += channels) to[i] = static_cast<float>((raw[i] - mean) * inverse);
  }
}

Standardization measure_standardization(const Dataset& dataset, std::span<const uint32_t> windows) {
  const size_t channels = dataset.channels.size();
  // Integer sums: exact, so that no order of addition can matter.
  std::vector<int64_t> sums(channels, 0);
  std::vector<uint64_t> squares(channels, 0);
  for (const uint32_t window : windows) {
    const std::span<const int16_t> raw = dataset.window(window);
    for (size_t i = 0; i < raw.size(); i += channels) {
      for (size_t c = 0; c < channels; ++c) {
        sums[c] += raw[i + c];
        squares[c] += static_cast<uint64_t>(int64_t{raw[i + c]} * raw[i + c]);
      }
    }
  }
  const double n = static_cast<double>(windows.size()) * dataset.window_samples;
  Standardization result;
  for (size_t c = 0; c < channels; ++c) {
    const double mean = static_cast<double>(sums[c]) / n;
    const double variance = static_cast<double>(squares[c]) / n - mean * mean;
    result.mean.push_back(mean);
    result.deviation.push_back(variance < 1e-6 ? 1 : std::sqrt(variance));
  }
  return result;
}

}  // namespace mote
