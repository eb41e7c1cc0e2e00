// Checks a front end's settings, makes its constants, runs its kernels and writes its nodes.
#include "quantize/signal/front_end.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "device/kernels/dct/dct.h"
#include "device/kernels/log_mel/log_mel.h"
#include "device/kernels/signal/logarithm.h"
#include "quantize/signal/filters.h"

namespace mote {
namespace {

constexpr std::string_view kKinds[] = {"none", "log_mel", "mfcc", "spectral"};
constexpr double kDecibels = 10 * 0.30102999566398120 / kLogUnit;  // of one step of a logarithm

class Checker {
 public:
  Checker(const SignalFrontEnd& front, uint32_t samples, uint32_t channels, const std::string& where)
      : front_(front), samples_(samples), channels_(channels), where_(where) {}

  Result<void> check() const {
    if (front_.fft < 1u << kLeastFftOrder || front_.fft > 1u << kMostFftOrder || (front_.fft & (front_.fft - 1)) != 0)
      return problem("fft is " + std::to_string(front_.fft), "take 64, 128, 256, 512 or 1024");
    if (!(front_.sample_rate_hz > 0) || !std::isfinite(front_.sample_rate_hz))
      return problem("the sample rate is not above 0", "say sample_rate_hz");
    if (!(front_.low_hz >= 0) || !(front_.low_hz < front_.high_hz))
      return problem("low_hz is not below high_hz", "take frequencies from 0 up");
    if (front_.high_hz > front_.sample_rate_hz / 2)
      return problem("high_hz is above half the sample rate, " + number(front_.sample_rate_hz / 2) + " Hz",
                     "what lies above it is not in the samples");
    if (!(front_.floor_rms > 0) || !(front_.floor_rms <= 32767)) return problem("floor_rms is not above 0 and within int16", "");
    if (front_.bands < 1 || front_.bands > front_.fft / 2)
      return problem("there are " + std::to_string(front_.bands) + " bands for an fft of " + std::to_string(front_.fft),
                     "take 1 to half as many bands as the fft has points");
    return front_.kind == SignalKind::spectral ? Result<void>() : check_framed();
  }

  Result<void> check_bands(const Bands& bands) const {
    const auto empty = std::find(bands.count.begin(), bands.count.end(), 0);
    if (empty == bands.count.end()) return {};
    return problem("band " + std::to_string(empty - bands.count.begin()) + " of " + std::to_string(front_.bands) +
                       " holds no bin of the fft, whose bins are " + number(front_.sample_rate_hz / front_.fft) + " Hz apart",
                   "take fewer bands, a wider range of frequencies or a longer fft");
  }

 private:
  static std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%g", value);
    return text;
  }
  Error problem(const std::string& what, const std::string& todo) const {
    return Error{.cause = Cause::usage, .what = std::string(name_of(front_.kind)) + ": " + what, .where = where_, .todo = todo};
  }

  Result<void> check_framed() const {
    if (channels_ != 1)
      return problem("it takes one channel, the data has " + std::to_string(channels_), "select one channel, or take spectral");
    if (front_.frame < 1 || front_.hop < 1 || front_.hop > 65535) return problem("frame or hop is not 1 to 65535 samples", "");
    if (front_.frame > front_.fft)
      return problem("a frame of " + std::to_string(front_.frame) + " samples is longer than the fft",
                     "take an fft of at least as many points");
    if (front_.frame > samples_)
      return problem(
          "a frame of " + std::to_string(front_.frame) + " samples is longer than the window of " + std::to_string(samples_),
          "take a shorter frame or a longer window");
    if (front_.kind == SignalKind::mfcc && (front_.coefficients < 1 || front_.coefficients > front_.bands))
      return problem(
          "there are " + std::to_string(front_.coefficients) + " coefficients of " + std::to_string(front_.bands) + " bands",
          "take 1 to as many coefficients as bands");
    return {};
  }

  const SignalFrontEnd& front_;
  uint32_t samples_, channels_;
  const std::string& where_;
};

ValueId add_constant(Graph& graph, const std::string& name, const Shape& shape, const std::vector<int16_t>& values) {
  Value value;
  value.name = name;
  value.shape = shape;
  value.type = Type::int16;
  value.constant = true;
  value.integers.assign(values.begin(), values.end());
  return graph.add(std::move(value));
}

ValueId add_node(Graph& graph, Op op, std::vector<ValueId> inputs, std::vector<int32_t> numbers, const std::string& name,
                 const Shape& shape) {
  Value value;
  value.name = name;
  value.shape = shape;
  value.type = Type::int16;
  value.quantization.scale = {1};
  Node node;
  node.op = op;
  node.inputs = std::move(inputs);
  std::copy(numbers.begin(), numbers.end(), node.numbers.begin());
  node.output = graph.add(std::move(value));
  graph.nodes.push_back(node);
  return node.output;
}

}  // namespace

std::string_view name_of(SignalKind kind) { return kKinds[static_cast<size_t>(kind)]; }

bool find_signal_kind(std::string_view name, SignalKind* kind) {
  const auto found = std::find(std::begin(kKinds), std::end(kKinds), name);
  if (found == std::end(kKinds)) return false;
  *kind = static_cast<SignalKind>(found - std::begin(kKinds));
  return true;
}

Result<FeatureExtractor> FeatureExtractor::make(const SignalFrontEnd& front, uint32_t samples, uint32_t channels,
                                                const std::string& where) {
  FeatureExtractor made;
  made.front_ = front;
  made.samples_ = samples;
  made.channels_ = channels;
  made.shape_ = {1, 1, samples, channels};
  if (!front.any()) return made;
  const Checker checker(front, samples, channels, where);
  TRY_DO(checker.check());
  made.order_ = bit_length(front.fft) - 1;
  const bool spectral = front.kind == SignalKind::spectral;
  const Bands bands =
      (spectral ? even_bands : mel_bands)(front.bands, front.fft, front.sample_rate_hz, front.low_hz, front.high_hz);
  TRY_DO(checker.check_bands(bands));
  made.window_ = hann_window(spectral ? front.fft : front.frame);
  made.places_ = bands.first;
  made.places_.insert(made.places_.end(), bands.count.begin(), bands.count.end());
  made.weights_ = bands.weights;
  made.prepare_floor();
  made.shape_ = {1, 1, (samples - front.frame) / front.hop + 1, front.bands};
  if (front.kind == SignalKind::mfcc) made.prepare_dct();
  return made;
}

// The power that white noise has in a band: of each bin its variance times the window's squares.
void FeatureExtractor::prepare_floor() {
  double squares = 0;
  for (const int16_t value : window_) squares += std::pow(value / 32768.0, 2);
  const double weight = std::accumulate(weights_.begin(), weights_.end(), 0.0) / 32768 / front_.bands;
  const double power = front_.floor_rms * front_.floor_rms * squares * weight;
  floor_ = static_cast<int16_t>(std::clamp(std::round(kLogUnit * std::log2(power)), -32768.0, 32767.0));
}

// A constant spectrum of 20000 steps, more than a full scale gives, must not leave int16.
void FeatureExtractor::prepare_dct() {
  matrix_ = dct_matrix(front_.coefficients, front_.bands);
  while (std::ldexp(20000 * std::sqrt(front_.bands), -static_cast<int>(dct_shift_)) > 32767) ++dct_shift_;
  shape_[3] = front_.coefficients;
}

std::vector<ChannelInfo> FeatureExtractor::features(const std::vector<ChannelInfo>& channels) const {
  if (!front_.any()) return channels;
  const bool mfcc = front_.kind == SignalKind::mfcc;
  std::vector<ChannelInfo> result;
  for (uint32_t c = 0; c < shape_[3]; ++c)
    result.push_back({.name = (mfcc ? "mfcc " : "mel ") + std::to_string(c),
                      .unit = "dB",
                      .quantum = std::ldexp(kDecibels, static_cast<int>(dct_shift_))});
  return result;
}

// Of every how many features the statistics are.
uint32_t FeatureExtractor::statistic_step() const {
  const uint32_t most = kMostStatistics / 2;
  return front_.kind == SignalKind::mfcc ? 1 : (shape_[3] + most - 1) / most;
}

std::vector<ChannelInfo> FeatureExtractor::statistics(const std::vector<ChannelInfo>& channels) const {
  const std::vector<ChannelInfo> all = features(channels);
  std::vector<ChannelInfo> result;
  const auto append = [&](const ChannelInfo& from, const char* what) {
    result.push_back({.name = from.name + what, .unit = from.unit, .quantum = from.quantum});
  };
  for (size_t i = 0; i < all.size(); i += front_.any() ? statistic_step() : 1) {
    if (front_.any() && result.size() + 2 > kMostStatistics) break;
    append(all[i], " mean");
    append(all[i], " rms");
  }
  return result;
}

void FeatureExtractor::extract(std::span<const int16_t> raw, std::span<int16_t> features) const {
  if (!front_.any()) {
    std::copy(raw.begin(), raw.end(), features.begin());
    return;
  }
  const bool mfcc = front_.kind == SignalKind::mfcc;
  std::vector<Complex> spectrum(fft_bins(order_));
  std::vector<int16_t> logarithms(mfcc ? size_t{shape_[2]} * front_.bands : 0);
  const LogMel mel = {.frames = shape_[2],
                      .frame = front_.frame,
                      .hop = front_.hop,
                      .order = order_,
                      .bands = front_.bands,
                      .window = window_.data(),
                      .places = places_.data(),
                      .weights = weights_.data(),
                      .floor = floor_};
  log_mel_reference(mel, raw.data(), mfcc ? logarithms.data() : features.data(), spectrum.data());
  if (mfcc)
    dct_reference({shape_[2], front_.bands, front_.coefficients, dct_shift_, matrix_.data()}, logarithms.data(), features.data());
}

ValueId FeatureExtractor::add_features(Graph& graph, ValueId raw) const {
  ValueId features = raw;
  if (front_.any()) {
    const ValueId window = add_constant(graph, "window", {1, 1, 1, static_cast<uint32_t>(window_.size())}, window_);
    const ValueId places = add_constant(graph, "band places", {1, 1, 2, front_.bands}, places_);
    const ValueId weights = add_constant(graph, "band weights", {1, 1, 1, static_cast<uint32_t>(weights_.size())}, weights_);
    features = add_node(graph, Op::log_mel, {raw, window, places, weights},
                        {static_cast<int32_t>(front_.hop), static_cast<int32_t>(order_), floor_}, "log mel",
                        {1, 1, shape_[2], front_.bands});
  }
  if (front_.kind == SignalKind::mfcc) {
    const ValueId matrix = add_constant(graph, "cosines", {1, 1, front_.coefficients, front_.bands}, matrix_);
    features = add_node(graph, Op::dct, {features, matrix}, {static_cast<int32_t>(dct_shift_)}, "mfcc", shape_);
  }
  return features;
}

ValueId FeatureExtractor::add_statistics(Graph& graph, ValueId features) const {
  const uint32_t step = front_.any() ? statistic_step() : 1;
  const uint32_t count = front_.any() ? std::min((shape_[3] + step - 1) / step, kMostStatistics / 2) : shape_[3];
  if (count != shape_[3])
    features =
        add_node(graph, Op::strided_copy, {features},
                 {1, 1, static_cast<int32_t>(shape_[2]), 0, 0, static_cast<int32_t>(shape_[3]), static_cast<int32_t>(step), 0},
                 "watched", {1, 1, shape_[2], count});
  return add_node(graph, Op::mean_rms, {features}, {}, "statistics", {1, 1, 1, 2 * count});
}

}  // namespace mote
