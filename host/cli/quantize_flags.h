// The switches of quantization as flags, for every command that quantizes.
#pragma once

#include <string>
#include <vector>

#include "host/cli/commands.h"
#include "quantize/calibrate/explain.h"
#include "quantize/calibrate/options.h"

namespace mote::cli {

using QuantizeFlags = std::vector<std::string>;  // what apply_flags takes

inline void declare(Arguments& arguments, QuantizeFlags& flags) {
  flags.resize(quantize_settings().size());
  for (size_t i = 0; i < flags.size(); ++i) arguments.option(quantize_settings()[i].flag, flags[i], quantize_settings()[i].help);
}

inline bool any(const QuantizeFlags& flags) {
  for (const std::string& flag : flags)
    if (!flag.empty()) return true;
  return false;
}

// To have the layers explained.
struct ExplainFlags {
  bool wanted = false;
  double threshold = kWorthALook;
};

inline void declare(Arguments& arguments, ExplainFlags& flags) {
  arguments.flag("--explain", flags.wanted,
                 "say which layer is the first to leave the float graph, by how much, why, and what to try");
  arguments.ranged<double>("--threshold", flags.threshold, -100, 100, "of --explain: decibels below which a layer is named");
}

}  // namespace mote::cli
