// The features that a network sees of raw windows, where a configuration asks for a signal front end.
#pragma once

#include <optional>

#include "base/result.h"
#include "host/data/dataset.h"
#include "host/train/config.h"
#include "quantize/signal/front_end.h"

namespace mote {

struct Features {
  FeatureExtractor extractor;
  // The windows, each extracted once, as windows of int16 with a channel per feature; labels and groups as in the raw data.
  Dataset dataset;
};

// The front end's settings in samples. Refuses data whose sample rate is not known.
Result<SignalFrontEnd> front_end_of(const FeatureConfig& config, double sample_rate_hz, const std::string& where);

// The front end for windows such as those of `raw`; one of no kind copies them.
Result<FeatureExtractor> make_extractor(const FeatureConfig& config, const Dataset& raw, const std::string& where);

// What an extractor of `raw` gives at each step, in the order of its channels; without a front end the channels of `raw`.
std::vector<ChannelInfo> features_of(const FeatureExtractor& extractor, const Dataset& raw);

// None where the network sees the raw samples. The device's own kernels do the work.
Result<std::optional<Features>> make_features(const FeatureConfig& config, const Dataset& raw, uint32_t threads,
                                              const std::string& where);

}  // namespace mote
