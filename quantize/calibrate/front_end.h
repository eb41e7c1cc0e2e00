// The front end of a quantized graph: raw int16 windows to the int8 input and to the monitored scalars.
#pragma once

#include "base/result.h"
#include "quantize/compile.h"

namespace mote {

// Means that fit into int16, deviations above 0.
Result<void> check(const Standardization& standardization, const std::string& where);

// Prepends the signal front end, `standardize` of its features and the nodes of the statistics: sets raw_input, statistics and
// front_nodes. The arithmetic of the constants is that of docs/spec/operators: an offset in 1/256 raw quanta, a multiplier for
// 1 / (256 * deviation * scale of the input).
Result<void> add_front_end(Graph& graph, const FeatureExtractor& extractor, const Standardization& standardization,
                           const std::string& where);

// Raw windows, or features, as the float graph takes them.
void standardize(const Standardization& standardization, std::span<const int16_t> raw, std::span<float> standardized);

}  // namespace mote
