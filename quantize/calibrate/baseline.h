// The drift baseline: what the monitored scalars look like on windows of held-out groups.
#pragma once

#include "quantize/compile.h"
#include "quantize/read/loaded_model.h"
#include "quantize/write/model.h"

namespace mote {

// Runs `model` over the reference windows: its statistics in order, then "confidence", the top score (int8 + 128, 0 to 255).
Baseline measure_baseline(LoadedModel& model, const Samples& reference, const std::vector<ChannelInfo>& scalars,
                          Progress& progress);

// One scalar from its reference values (at least one). The fields' meaning: docs/spec/telemetry.md.
//
// edges   bins 1 to 14 hold equal shares of the reference, bins 0 and 15 are guards an eighth of the range beyond its ends. Where
//         the reference has fewer than 14 different values, each that fills a bin gets one of its own, and the edges left over
//         halve the widest gaps or go outward
// mean    and deviation: over windows; a scalar that does not vary gets that of rounding, sqrt(1/12)
// CUSUM   slack 0.5, limit 10 deviations: two-sided, one false alarm in about 72,000 independent windows
BaselineScalar baseline_of(std::vector<int16_t> values);

}  // namespace mote
