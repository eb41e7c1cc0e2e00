// What the sensors of an autoencoder may deliver beyond what was recorded of its one class.
#pragma once

#include <cstdint>
#include <vector>

#include "host/data/source.h"

namespace mote {

// Appends windows to those that activation ranges are measured on: copies of them in which one channel stands at the least or the
// most that it may deliver. Without them an anomaly, which lies outside of what was trained on, would be clipped to its edge.
// `values` are those of a window; `calibration` is not empty. Channels without `least` and `most` add nothing.
void add_reach(const std::vector<CsvChannel>& channels, size_t values, std::vector<int16_t>& calibration);

}  // namespace mote
