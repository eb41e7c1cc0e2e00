// What a float graph answers on windows of a data set.
#pragma once

#include <span>
#include <vector>

#include "host/data/dataset.h"
#include "quantize/compile.h"

namespace mote {

// The class with the highest score, per window; the first of equals.
std::vector<uint32_t> float_answers(const Graph& graph, const Standardization& standardization, const Dataset& dataset,
                                    std::span<const uint32_t> windows);

// The share of right answers; `windows` must not be empty.
double float_accuracy(const Graph& graph, const Standardization& standardization, const Dataset& dataset,
                      std::span<const uint32_t> windows);

}  // namespace mote
