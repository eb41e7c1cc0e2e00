// Features of one channel after the other: two passes over its samples, then its pieces, half over each other.
#include "device/kernels/mean_rms/mean_rms.h"
#include "device/kernels/signal/logarithm.h"
#include "device/kernels/signal/spectrum.h"
#include "device/kernels/spectral_features/spectral_features.h"

namespace mote {
namespace {

constexpr uint32_t kRatioUnit = 256;
constexpr uint32_t kFourthBits = 10;  // of a distance whose fourth power is summed

int16_t saturated(uint64_t value) { return static_cast<int16_t>(value > INT16_MAX ? INT16_MAX : value); }

class Channel {
 public:
  Channel(const SpectralFeatures& features, const int16_t* samples) : features_(features), samples_(samples) {
    int64_t squares = 0;
    for (uint32_t i = 0; i < features.samples; ++i) {
      sum_ += at(i);
      squares += int64_t{at(i)} * at(i);
    }
    mean_ = rounded_mean(sum_, features.samples);
    rms_ = rounded_deviation(sum_, squares, features.samples);
  }

  void describe(int16_t* output) const {
    uint32_t peak = 0;
    for (uint32_t i = 0; i < features_.samples; ++i) {
      const int32_t distance = at(i) - mean_;
      const auto size = static_cast<uint32_t>(distance < 0 ? -distance : distance);
      if (size > peak) peak = size;
    }
    output[kFeatureRms] = rms_;
    output[kFeaturePeak] = saturated(peak);
    const auto rms = static_cast<uint32_t>(rms_);
    output[kFeatureCrest] = rms == 0 ? int16_t{0} : saturated((peak * kRatioUnit + rms / 2) / rms);
    output[kFeatureKurtosis] = kurtosis(peak);
    output[kFeatureCrossings] = crossings();
  }

  void transform(int16_t* output, Complex* spectrum, uint64_t* powers) const {
    const uint32_t step = 1u << (features_.order - 1), bins = fft_bins(features_.order);
    const uint32_t pieces = features_.samples <= 2 * step ? 1 : (features_.samples - 2 * step) / step + 1;
    uint32_t bits = 0;
    for (uint32_t i = 0; i < pieces; ++i) {
      const uint32_t found = piece_bits(piece(i * step));
      if (found > bits) bits = found;
    }
    for (uint32_t k = 0; k < bins; ++k) powers[k] = 0;
    for (uint32_t i = 0; i < pieces; ++i) {
      spectrum_of(piece(i * step), bits, spectrum);
      for (uint32_t k = 0; k < bins; ++k) powers[k] += scaled_power(spectrum[k]);
    }
    const int32_t offset = power_offset(bits, features_.order) + 15 * kLogUnit - log2_of(pieces);
    uint32_t dominant = 0;
    uint64_t most = 0;
    for (uint32_t k = 1; k < bins; ++k)
      if (powers[k] > most) most = powers[k], dominant = k;
    output[kFeatureDominant] = static_cast<int16_t>(dominant);
    output[kFeatureHeight] = logarithm(most, offset);
    for (uint32_t band = 0; band < features_.bands; ++band) {
      const uint64_t* power = powers + features_.places[band];
      uint64_t sum = 0;
      for (int32_t i = 0; i < features_.places[features_.bands + band]; ++i) sum += *power++;
      output[kFeatureBands + band] = logarithm(sum, offset);
    }
  }

 private:
  int32_t at(uint32_t i) const { return samples_[size_t{i} * features_.channels]; }

  Piece piece(uint32_t first) const {
    const uint32_t points = 1u << features_.order, left = features_.samples - first;
    return {samples_ + size_t{first} * features_.channels,
            features_.channels,
            left < points ? left : points,
            mean_,
            features_.window,
            features_.order};
  }

  int16_t logarithm(uint64_t power, int32_t offset) const {
    const int32_t value = power == 0 ? features_.floor : log2_of(power) + offset;
    return value > features_.floor ? static_cast<int16_t>(value) : features_.floor;
  }

  // samples * sum of fourth powers / (sum of squares)^2, of distances rounded to kFourthBits bits. Fourth powers are at most 2^40
  // each, so below 2^56 together.
  int16_t kurtosis(uint32_t peak) const {
    const uint32_t length = bit_length(peak), shift = length > kFourthBits ? length - kFourthBits : 0;
    const int32_t half = shift == 0 ? 0 : 1 << (shift - 1);
    uint64_t squares = 0, fourths = 0;
    for (uint32_t i = 0; i < features_.samples; ++i) {
      const int32_t distance = (at(i) - mean_ + half) >> shift;
      const auto square = static_cast<uint64_t>(distance * distance);
      squares += square;
      fourths += square * square;
    }
    const uint64_t variance = squares * kRatioUnit / features_.samples, fourth = fourths * kRatioUnit / features_.samples;
    const uint64_t divisor = variance * variance / 2;
    return divisor == 0 ? int16_t{0} : saturated((fourth << 15) / divisor);
  }

  int16_t crossings() const {
    const auto is_above = [this](uint32_t i) { return int64_t{at(i)} * features_.samples > sum_; };
    uint32_t count = 0;
    bool before = is_above(0);
    for (uint32_t i = 1; i < features_.samples; ++i) {
      const bool now = is_above(i);
      count += now != before ? 1 : 0;
      before = now;
    }
    return saturated(count);
  }

  const SpectralFeatures& features_;
  const int16_t* samples_;
  int64_t sum_ = 0;
  int32_t mean_;
  int16_t rms_;
};

}  // namespace

void spectral_features_reference(const SpectralFeatures& features, const int16_t* input, int16_t* output, Complex* spectrum,
                                 uint64_t* powers) {
  for (uint32_t c = 0; c < features.channels; ++c, output += kFeatureBands + features.bands) {
    const Channel channel(features, input + c);
    channel.describe(output);
    channel.transform(output, spectrum, powers);
  }
}

}  // namespace mote
