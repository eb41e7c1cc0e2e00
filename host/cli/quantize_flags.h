// The switches of quantization as flags, for every command that quantizes.
#pragma once

#include <string>
#include <vector>

#include "host/cli/commands.h"
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

}  // namespace mote::cli
