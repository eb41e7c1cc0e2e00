// Which layer loses what quantization loses, and why: every layer alone, and all of them together.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "quantize/calibrate/layer_report.h"

namespace mote {

constexpr double kWorthALook = 20;  // decibels: below, a layer is named

struct LayerDivergence {
  std::string name, operation;
  double sqnr_db = 0;        // with the noise of the layers before it
  double local_sqnr_db = 0;  // with its inputs taken from the float graph
  double largest_error = 0;  // of an element of its output, in its unit; all noise together
  float scale = 0;
  double below = 0, above = 0;      // share of the float output beyond what int8 holds, at either end
  double saturation = 0;            // share of the local noise that those make
  uint32_t channel = 0;             // that has most of the local noise ...
  double channel_share = 0;         // ... and how much
  double quanta_per_deviation = 0;  // of the float output
  double channel_spread = 0;        // its widest channel's deviation, in those of the median channel
  double peak_weight = 0;           // the largest weight of an output channel, in root mean squares of the channel; 0: none
};

enum class QuantizationFault { none, saturation, outliers, channels, weights, rounding };

struct Explanation {
  std::vector<LayerDivergence> layers;
  double threshold = kWorthALook;
  std::optional<size_t> first;  // layer whose output is below the threshold
  std::optional<size_t> cause;  // layer that makes most of the noise up to there, or of all when none is below
  QuantizationFault fault = QuantizationFault::none;
};

// Runs the int8 model, and each of its layers alone, in the device's kernels on at most 200 windows.
Result<Explanation> explain(const ReportInput& input, double threshold, Progress& progress);

// Refuses what it does not explain: int16 activations.
Result<void> check_explained(const QuantizeOptions& options);

// What compile() is given to have its layers explained into `to`. Both arguments must outlive it.
LookAtLayers explain_into(std::optional<Explanation>& to, double threshold, Progress& progress);

// What is told from the layers' figures: which is the first, what makes it so. Sets all but `layers` and `threshold`.
void judge(Explanation& explanation);

// One line: the first layer that diverges, by how much, the probable cause and what to try.
std::string verdict(const Explanation& explanation);

std::string to_text(const Explanation& explanation);
Json to_json(const Explanation& explanation);

}  // namespace mote
