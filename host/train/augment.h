// Small changes to training windows that should not change their class.
#pragma once

#include <span>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "host/data/dataset.h"
#include "host/train/config.h"
#include "quantize/compile.h"

namespace mote {

class Augmenter {
 public:
  // Refuses a configuration whose rotate_channels are not channels of the data, three by three.
  // Where a class is the background, it is taken from the windows `train`; `dataset` must outlive the augmenter.
  static Result<Augmenter> make(const AugmentConfig& config, const Dataset& dataset, std::span<const uint32_t> train,
                                const std::string& where);

  // What a front end makes of windows, and of the one at hand with nothing changed.
  struct Extraction {
    const FeatureExtractor& extractor;
    std::span<const int16_t> features;
  };
  // As below, with a signal front end: rotation, background, stretch, scale, gain and shift change the raw samples; offset, noise
  // and what is hidden change the features, in their deviations.
  void apply(std::span<const int16_t> raw, const Extraction& extraction, const Standardization& standardization, Random& random,
             std::span<float> to) const;

  // Fills `to` (standardized, [samples][channels]) from a raw window. Only what it draws from `random` differs between calls.
  void apply(std::span<const int16_t> raw, const Standardization& standardization, Random& random, float* to) const;

 private:
  Result<void> find_background(std::span<const uint32_t> train, const std::string& where);
  void rotate(Random& random, std::vector<float>& window) const;
  void lay_over(Random& random, std::vector<float>& window) const;
  void change_raw(Random& random, std::vector<float>& window) const;
  std::vector<int16_t> change_recording(std::span<const int16_t> raw, Random& random) const;

  AugmentConfig config_;
  const Dataset* dataset_ = nullptr;
  size_t channels_ = 0;
  std::vector<uint32_t> background_;  // windows
  std::vector<size_t> axes_;          // of config_.rotate_channels
};

// (raw - mean) / deviation, with nothing changed.
void standardize(std::span<const int16_t> raw, const Standardization& standardization, float* to);

// Mean and deviation of each channel over these windows; a channel that never changes gets the deviation 1.
Standardization measure_standardization(const Dataset& dataset, std::span<const uint32_t> windows);

}  // namespace mote
