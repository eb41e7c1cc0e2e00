// Drift over a whole fleet: from the stored reports to the two verdicts for each scalar of each device (docs/drift.md).
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "host/drift/judge.h"
#include "host/fleet/store.h"
#include "ota/devices/devices.h"

namespace mote::fleet {

// One scalar of one device, with what its histograms are drawn from.
struct ScalarDrift {
  drift::ScalarVerdict verdict;
  uint32_t release = 0;
  std::string unit;
  double quantum = 1;  // units per quantum
  drift::Evidence evidence;
};

struct DriftReport {
  drift::Policy policy;
  std::vector<ScalarDrift> scalars;        // by device, in the order of its model's baseline
  std::vector<std::string> without_model;  // devices that report a model which is not registered here
  std::vector<std::string> changed;        // devices with an alarm: changed since installation

  bool alarm() const { return !changed.empty(); }
};

// Of the devices that are enrolled and not retired, each with the model of its newest report.
Result<DriftReport> judge_fleet(FleetStore& store, Devices& devices, const drift::Policy& policy);

std::string to_text(const DriftReport& report);
Json to_json(const DriftReport& report);

// A page with a map of the fleet, and the histograms of what has changed, before and after.
std::string to_html(const DriftReport& report);

}  // namespace mote::fleet
