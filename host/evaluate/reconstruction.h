// How well an autoencoder tells the class that it was trained on from all others: by how far its output is from its input.
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "host/data/dataset.h"
#include "quantize/compile.h"
#include "quantize/read/loaded_model.h"

namespace mote {

// The chance that a score of `anomalous` is above one that is not, equal ones counted half (Mann and Whitney 1947): the area
// under the receiver operating characteristic. REQUIRES scores of both.
double area_under_curve(std::span<const double> scores, const std::vector<bool>& anomalous);

// Whether each window is of another class than the first one, which is the normal one. Refuses windows of one kind only.
Result<std::vector<bool>> anomalies(const Dataset& dataset, std::span<const uint32_t> windows, const std::string& where);

// Mean square between the model's dequantized output and input, per window.
std::vector<double> reconstruction_errors(LoadedModel& model, const Dataset& dataset, std::span<const uint32_t> windows);
std::vector<double> reconstruction_errors(const Graph& graph, const Standardization& standardization, const Dataset& dataset,
                                          std::span<const uint32_t> windows);

}  // namespace mote
