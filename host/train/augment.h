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
  static Result<Augmenter> make(const AugmentConfig& config, const std::vector<SensorChannel>& channels,
                                const std::string& where);

  // Fills `to` (standardized, [samples][channels]) from a raw window. Only what it draws from `random` differs between calls.
  void apply(std::span<const int16_t> raw, const Standardization& standardization, Random& random, float* to) const;

 private:
  void rotate(Random& random, std::vector<float>& window) const;

  AugmentConfig config_;
  size_t channels_ = 0;
  std::vector<size_t> axes_;  // of config_.rotate_channels
};

// (raw - mean) / deviation, with nothing changed.
void standardize(std::span<const int16_t> raw, const Standardization& standardization, float* to);

// Mean and deviation of each channel over these windows; a channel that never changes gets the deviation 1.
Standardization measure_standardization(const Dataset& dataset, std::span<const uint32_t> windows);

}  // namespace mote
