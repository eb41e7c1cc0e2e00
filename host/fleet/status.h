// The fleet at a glance: who is there, what runs, how it fares.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "host/fleet/store.h"
#include "ota/devices/devices.h"
#include "ota/rollout/store.h"

namespace mote::fleet {

struct ClassCount {
  std::string label;  // "class 3" where the model is not known here
  uint64_t count = 0;
};

struct DeviceStatus {
  std::string device, device_class, cohort;
  Presence presence = Presence::unknown;
  std::optional<SignedState> state;   // the newest it has signed; none: never seen
  std::string model;                  // name of what its newest report is about; empty: not known here
  uint32_t release = 0;               // of its newest report, else of its state; 0: no model
  int64_t last_seen_ms = 0;           // 0: never
  uint64_t windows = 0, missing = 0;  // with this release
  uint64_t cusum_alarms = 0;          // with this release: the device's own fast alarm
  double p50_us = 0, p95_us = 0;      // latency of one inference; 0: no windows
  std::vector<ClassCount> classes;
  int64_t heard_s = 0;  // latest signed time that it had heard when it sent its newest report, unix seconds; 0: none
  int64_t given_s = 0;  // what had been given out for an hour by then; 0: nothing
};

// The device has not heard what was given out for all: somebody between us and it may be holding messages back (a freeze attack).
// A device keeps its time hour by hour, so that an hour less is no sign.
bool is_behind(const DeviceStatus& device);

struct FleetStatus {
  int64_t now_ms = 0;
  std::vector<DeviceStatus> devices;  // enrolled and not retired, by id
};

Result<FleetStatus> fleet_status(FleetStore& store, Devices& devices, RolloutStore& rollouts, int64_t now_ms);

// The quantile of a latency histogram in powers of two (metrics.def: latency), taking the values in a bin as evenly spread.
double latency_quantile(const std::vector<uint64_t>& bins, double share);

std::string to_text(const FleetStatus& status);
Json to_json(const FleetStatus& status);

}  // namespace mote::fleet
