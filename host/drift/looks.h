// Which of a device's reports are its reference, which are recent, and how often it has been looked at (docs/drift.md).
#pragma once

#include <cstddef>
#include <span>

#include "host/drift/policy.h"

namespace mote::drift {

struct Split {
  size_t reference_end = 0;  // reports [0, reference_end) are the reference
  bool reference_complete = false;
  size_t recent_begin = 0, recent_end = 0;  // what the last look compares with it; empty before the first
  uint32_t look = 0;                        // its number, from 1; 0: none was due yet
};

// `windows`: how many windows each report holds, in the order in which the device made them. Looks fall due by windows, not by
// calls: the same reports give the same split however often it is asked for, and later reports never move the reference.
Split split(std::span<const uint32_t> windows, const Policy& policy);

// What the p-values of look `look` are multiplied with. The inverses over all looks add up to 1 for as long as
// policy.most_spending is not reached (sum of 1/k^2 = pi^2/6), so that looking again and again stays within q.
double spending(uint32_t look, const Policy& policy);

}  // namespace mote::drift
