// When a difference is told, and when it is an alarm; where the defaults come from is in docs/drift.md.
#pragma once

#include <cstdint>

namespace mote::drift {

struct Policy {
  uint32_t reference_windows = 512;   // a device's own first windows with a model
  uint32_t recent_windows = 384;      // the last ones, compared with them
  uint32_t first_look_windows = 192;  // after the reference, before the first look
  uint32_t look_windows = 128;        // between two looks
  uint32_t least_windows = 100;       // below this: not enough data
  double q = 0.01;                    // the chance of ever a false alarm in the fleet, while nothing changes
  double least_shift = 0.25;          // of the mean, in standard deviations between windows, or ...
  double least_stability = 0.1;       // ... of the stability index
  double most_spending = 1000;        // the most that a late look divides q by
};

}  // namespace mote::drift
