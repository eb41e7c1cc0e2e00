// How large is a difference? Figures that do not grow with the number of windows (docs/drift.md).
#pragma once

#include "host/drift/sample.h"

namespace mote::drift {

// (mean after - mean before) in standard deviations before.
double mean_shift(const Sample& before, const Sample& after);

// The population stability index over all bins, with half a count added to each, less what chance alone gives on average,
// (bins - 1) (1/n + 1/m) over the bins that either sample has reached. About 0 where nothing has changed; may be negative.
double stability_index(const Bins& before, const Bins& after);

// The Wasserstein distance of order 1 between the histograms, each bin at its middle, in quanta. A guard bin, which has no outer
// edge, is taken to be as wide as its neighbour.
double wasserstein(const Bins& before, const Bins& after, const Edges& edges);

}  // namespace mote::drift
