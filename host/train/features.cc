// Settings from milliseconds to samples, and all windows through the extractor.
#include "host/train/features.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "host/train/shards.h"
#include "host/train/workers.h"

namespace mote {
namespace {

uint32_t samples_in(double milliseconds, double rate_hz) {
  return static_cast<uint32_t>(std::max(1.0, std::round(milliseconds * rate_hz / 1000)));
}

}  // namespace

Result<SignalFrontEnd> front_end_of(const FeatureConfig& config, double sample_rate_hz, const std::string& where) {
  SignalFrontEnd front;
  front.kind = config.kind;
  if (!front.any()) return front;
  if (!(sample_rate_hz > 0))
    return Error{.cause = Cause::usage,
                 .what = "[features] needs the sample rate, and the data do not say it",
                 .where = where,
                 .todo = "set data.sample_rate_hz"};
  front.sample_rate_hz = sample_rate_hz;
  front.frame = samples_in(config.frame_ms, sample_rate_hz);
  front.hop = samples_in(config.hop_ms, sample_rate_hz);
  front.fft = config.fft != 0 ? config.fft : std::clamp(std::bit_ceil(front.frame), 64u, 1024u);
  front.bands = config.bands;
  front.coefficients = config.coefficients;
  front.low_hz = config.low_hz;
  front.high_hz = config.high_hz != 0 ? config.high_hz : 0.475 * sample_rate_hz;
  front.floor_rms = config.floor_rms;
  return front;
}

Result<FeatureExtractor> make_extractor(const FeatureConfig& config, const Dataset& raw, const std::string& where) {
  TRY(const SignalFrontEnd front, front_end_of(config, raw.sample_rate_hz, where));
  return FeatureExtractor::make(front, raw.window_samples, static_cast<uint32_t>(raw.channels.size()), where + ": [features]");
}

std::vector<ChannelInfo> features_of(const FeatureExtractor& extractor, const Dataset& raw) {
  std::vector<ChannelInfo> channels;
  for (const SensorChannel& channel : raw.channels) channels.push_back({channel.name, channel.unit, channel.quantum});
  return extractor.features(channels);
}

Result<std::optional<Features>> make_features(const FeatureConfig& config, const Dataset& raw, uint32_t threads,
                                              const std::string& where) {
  if (config.kind == SignalKind::none) return std::optional<Features>();
  TRY(FeatureExtractor extractor, make_extractor(config, raw, where));
  Dataset made;
  for (ChannelInfo& feature : features_of(extractor, raw))
    made.channels.push_back({std::move(feature.name), std::move(feature.unit), feature.quantum});
  made.labels = raw.labels, made.groups = raw.groups;
  made.label_of = raw.label_of, made.group_of = raw.group_of;
  made.window_samples = extractor.shape()[2];
  made.samples.resize(raw.count() * made.window_values());
  Workers workers(threads);
  workers.each(kShards, [&](uint32_t shard) {
    const uint64_t count = raw.count();
    for (auto i = static_cast<uint32_t>(count * shard / kShards); i < count * (shard + 1) / kShards; ++i)
      extractor.extract(raw.window(i), std::span(made.samples).subspan(i * made.window_values(), made.window_values()));
  });
  return std::optional(Features{.extractor = std::move(extractor), .dataset = std::move(made)});
}

}  // namespace mote
