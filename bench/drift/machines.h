// The drift verdict on the synthetic machines of the demo: real windows, real scalars, real bins.
#pragma once

#include <cstdint>

#include "host/drift/policy.h"

namespace mote::bench {

struct MachineFleet {
  uint32_t machines = 21;
  uint32_t windows_before = 896;
  uint32_t windows_after = 512;
  double deviations = 0.5;  // gain drift of the first machine, in healthy standard deviations of the root mean square
  mote::drift::Policy policy;
};

struct MachineOutcome {
  bool alarm_before = false;  // at any look before the change: false
  bool alarm_elsewhere = false;
  bool found = false;  // the changed machine, at the last look
};

MachineOutcome run_machines(const MachineFleet& fleet, uint64_t seed);

}  // namespace mote::bench
