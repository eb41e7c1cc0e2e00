// Signal front ends: what a model computes of a raw window before it standardizes it. The host runs the device's own kernels, so
// features are the same to the byte wherever they are computed.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "quantize/graph/graph.h"

namespace mote {

// A channel of raw samples, or of features.
struct ChannelInfo {
  std::string name, unit;
  double quantum = 1;  // unit per step
};

enum class SignalKind : uint8_t {
  none,     // raw samples, standardized
  log_mel,  // of one channel: [1, 1, frames, bands], the logarithm of the power in each band
  mfcc,     // of one channel: [1, 1, frames, coefficients], the cosine transform of that
  spectral  // [1, 1, 1, channels * features]: what the whole window looks like
};

struct SignalFrontEnd {
  SignalKind kind = SignalKind::none;
  double sample_rate_hz = 16000;
  uint32_t frame = 480, hop = 320;  // samples of a frame, and from one to the next; not of spectral
  uint32_t fft = 512;               // points, 64 to 1024; of spectral, also the samples of a piece, which overlap by half
  uint32_t bands = 40;              // spaced by the mel scale; of spectral evenly
  uint32_t coefficients = 13;       // of mfcc
  double low_hz = 20, high_hz = 7600;
  double floor_rms = 1;  // white noise of this root mean square, in raw steps, and all below it counts as silence

  bool any() const { return kind != SignalKind::none; }
};

// "none", "log_mel", "mfcc", "spectral".
std::string_view name_of(SignalKind kind);
// False for a name that is none.
bool find_signal_kind(std::string_view name, SignalKind* kind);

// A front end for windows of `samples` samples of `channels` channels, with its constants. Extracting is safe from many threads.
class FeatureExtractor {
 public:
  // What is wrong with the settings is one error each, with `where`. SignalKind::none copies the window.
  static Result<FeatureExtractor> make(const SignalFrontEnd& front, uint32_t samples, uint32_t channels,
                                       const std::string& where);

  // What the model's float graph takes, standardized: [1, 1, frames, channels of features].
  Shape shape() const { return shape_; }
  Shape raw_shape() const { return {1, 1, samples_, channels_}; }
  uint32_t raw_count() const { return samples_ * channels_; }
  // One per channel of `shape()`: "mfcc 3" in dB; of raw channels `channels` itself, one of each raw channel.
  std::vector<ChannelInfo> features(const std::vector<ChannelInfo>& channels) const;
  // What the model's statistics are, in their order: at most kMostStatistics.
  std::vector<ChannelInfo> statistics(const std::vector<ChannelInfo>& channels) const;

  // Spans of raw_count() and count_of(shape()).
  void extract(std::span<const int16_t> raw, std::span<int16_t> features) const;

  // Append the nodes that make features of `raw` to graph.nodes, and those that make the statistics of the features.
  ValueId add_features(Graph& graph, ValueId raw) const;
  ValueId add_statistics(Graph& graph, ValueId features) const;

 private:
  FeatureExtractor() = default;

  void prepare_dct();
  void prepare_floor();
  uint32_t statistic_step() const;

  SignalFrontEnd front_;
  Shape shape_{};
  uint32_t samples_ = 0, channels_ = 0, order_ = 0;
  std::vector<int16_t> window_, places_, weights_, matrix_;
  uint32_t dct_shift_ = 0;
  int16_t floor_ = 0;
};

// A device watches the confidence besides (device/monitor/monitor.h).
constexpr uint32_t kMostStatistics = 23;

}  // namespace mote
