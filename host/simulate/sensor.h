// What a simulated device feels: windows by number, the same whenever they are asked for again.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"

namespace mote {

// Window `n`, [samples][channels].
using WindowSource = std::function<std::vector<int16_t>(uint64_t n)>;

enum class DriftKind { none, offset, gain, noise, speed };

// A drift that moves the scalars which it acts upon by `deviations` of their own healthy spread between windows.
struct DriftPlan {
  DriftKind kind = DriftKind::none;
  double deviations = 0.5;
  uint64_t from_window = 0;
};

Result<DriftKind> parse_drift_kind(const std::string& name);  // "offset", "gain", "noise", "speed", "none"

// A healthy machine of host/data/vibration.h, which drifts as planned.
WindowSource vibration_source(uint64_t seed, uint32_t machine, const DriftPlan& drift = {});

}  // namespace mote
