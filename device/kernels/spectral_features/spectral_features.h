// What the whole of a window looks like, channel by channel: its size, its shape, and where its power lies.
#pragma once

#include "device/kernels/signal/fft.h"

namespace mote {

enum SpectralFeature {
  kFeatureRms,        // in raw steps, as mean_rms
  kFeaturePeak,       // the largest distance from the mean, in raw steps
  kFeatureCrest,      // peak / rms, in 1/256
  kFeatureKurtosis,   // 3 for noise, in 1/256
  kFeatureCrossings,  // of the mean
  kFeatureDominant,   // the bin above 0 with the most power; its frequency is bin * sample rate / 2^order
  kFeatureHeight,     // log2 of that power, in 1/256
  kFeatureBands       // log2 of each band's power, in 1/256
};

// input    int16 [samples, channels]
// window   int16 [2^order] in 1/2^15
// places   int16 [2, bands], as of log_mel
// output   int16 [channels, 7 + bands], must not overlap the input: SpectralFeature (O54)
// work     for fft_bins(order) values each
struct SpectralFeatures {
  uint32_t samples, channels, order, bands;
  const int16_t* window;
  const int16_t* places;
  int16_t floor;
};

void spectral_features_reference(const SpectralFeatures& features, const int16_t* input, int16_t* output, Complex* spectrum,
                                 uint64_t* powers);

}  // namespace mote
