// Checks a front end's settings, makes its constants, runs its kernels and writes its nodes.
#include "quantize/signal/front_end.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "device/kernels/dct/dct.h"
#include "device/kernels/log_mel/log_mel.h"
#include "device/kernels/signal/logarithm.h"
#include "device/kernels/spectral_features/spectral_features.h"
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
  if (spectral)
    made.shape_ = {1, 1, 1, channels * made.feature_count()};
  else
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

// Of each channel, of spectral.
uint32_t FeatureExtractor::feature_count() const { return kFeatureBands + front_.bands; }

std::vector<ChannelInfo> FeatureExtractor::features(const std::vector<ChannelInfo>& channels) const {
  if (!front_.any()) return channels;
  std::vector<ChannelInfo> result;
  if (front_.kind == SignalKind::spectral) {
    for (const ChannelInfo& channel : channels) append_spectral(channel, result);
    return result;
  }
  const double quantum = std::ldexp(kDecibels, static_cast<int>(dct_shift_));
  const std::string name = front_.kind == SignalKind::mfcc ? "mfcc " : "mel ";
  for (uint32_t c = 0; c < shape_[3]; ++c) result.push_back({.name = name + std::to_string(c), .unit = "dB", .quantum = quantum});
  return result;
}

void FeatureExtractor::append_spectral(const ChannelInfo& channel, std::vector<ChannelInfo>& to) const {
  const auto append = [&](const std::string& what, const std::string& unit, double quantum) {
    to.push_back({.name = channel.name + " " + what, .unit = unit, .quantum = quantum});
  };
  append("rms", channel.unit, channel.quantum);
  append("peak", channel.unit, channel.quantum);
  append("crest", "", 1.0 / 256);
  append("kurtosis", "", 1.0 / 256);
  append("crossings", "", 1);
  append("dominant", "Hz", front_.sample_rate_hz / front_.fft);
  append("height", "dB", kDecibels);
  for (uint32_t band = 0; band < front_.bands; ++band) append("band " + std::to_string(band), "dB", kDecibels);
}

// Rows and columns of the features that the statistics are of, and the steps between them: all of raw channels; of framed
// features some, evenly; of spectral ones the first of each channel.
FeatureExtractor::Watched FeatureExtractor::watched() const {
  if (!front_.any()) return {shape_[2], shape_[3], 0, 1};
  if (front_.kind == SignalKind::spectral) {
    const uint32_t rows = std::min(channels_, kMostStatistics);
    return {rows, std::min(feature_count(), kMostStatistics / rows), feature_count(), 1};
  }
  const uint32_t most = kMostStatistics / 2;
  const uint32_t step = front_.kind == SignalKind::mfcc ? 1 : (shape_[3] + most - 1) / most;
  return {shape_[2], std::min((shape_[3] + step - 1) / step, most), shape_[3], step};
}

std::vector<ChannelInfo> FeatureExtractor::statistics(const std::vector<ChannelInfo>& channels) const {
  const std::vector<ChannelInfo> all = features(channels);
  const Watched watched = this->watched();
  std::vector<ChannelInfo> result;
  if (front_.kind == SignalKind::spectral) {
    for (uint32_t row = 0; row < watched.rows; ++row)
      for (uint32_t column = 0; column < watched.columns; ++column) result.push_back(all[row * watched.row_step + column]);
    return result;
  }
  for (uint32_t column = 0; column < watched.columns; ++column) {
    const ChannelInfo& from = all[column * watched.column_step];
    for (const char* what : {" mean", " rms"})
      result.push_back({.name = from.name + what, .unit = from.unit, .quantum = from.quantum});
  }
  return result;
}

void FeatureExtractor::extract(std::span<const int16_t> raw, std::span<int16_t> features) const {
  if (!front_.any()) {
    std::copy(raw.begin(), raw.end(), features.begin());
    return;
  }
  std::vector<Complex> spectrum(fft_bins(order_));
  if (front_.kind == SignalKind::spectral) {
    std::vector<uint64_t> powers(fft_bins(order_));
    spectral_features_reference({samples_, channels_, order_, front_.bands, window_.data(), places_.data(), floor_}, raw.data(),
                                features.data(), spectrum.data(), powers.data());
    return;
  }
  const bool mfcc = front_.kind == SignalKind::mfcc;
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
  if (!front_.any()) return raw;
  const auto order = static_cast<int32_t>(order_);
  const ValueId window = add_constant(graph, "window", {1, 1, 1, static_cast<uint32_t>(window_.size())}, window_);
  const ValueId places = add_constant(graph, "band places", {1, 1, 2, front_.bands}, places_);
  if (front_.kind == SignalKind::spectral)
    return add_node(graph, Op::spectral_features, {raw, window, places}, {order, floor_}, "spectral features", shape_);
  const ValueId weights = add_constant(graph, "band weights", {1, 1, 1, static_cast<uint32_t>(weights_.size())}, weights_);
  const ValueId mel = add_node(graph, Op::log_mel, {raw, window, places, weights},
                               {static_cast<int32_t>(front_.hop), order, floor_}, "log mel", {1, 1, shape_[2], front_.bands});
  if (front_.kind == SignalKind::log_mel) return mel;
  const ValueId matrix = add_constant(graph, "cosines", {1, 1, front_.coefficients, front_.bands}, matrix_);
  return add_node(graph, Op::dct, {mel, matrix}, {static_cast<int32_t>(dct_shift_)}, "mfcc", shape_);
}

ValueId FeatureExtractor::add_statistics(Graph& graph, ValueId features) const {
  const auto [rows, columns, row_step, column_step] = watched();
  const bool spectral = front_.kind == SignalKind::spectral;
  if (spectral || columns != shape_[3])
    features =
        add_node(graph, Op::strided_copy, {features},
                 {1, 1, static_cast<int32_t>(rows), 0, 0, static_cast<int32_t>(row_step), static_cast<int32_t>(column_step), 0},
                 spectral ? "statistics" : "watched", spectral ? Shape{1, 1, 1, rows * columns} : Shape{1, 1, rows, columns});
  if (spectral) return features;
  return add_node(graph, Op::mean_rms, {features}, {}, "statistics", {1, 1, 1, 2 * columns});
}

}  // namespace mote
