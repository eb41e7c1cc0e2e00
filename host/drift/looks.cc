// The calendar of looks.
#include "host/drift/looks.h"

#include <algorithm>
#include <numbers>

namespace mote::drift {

Split split(std::span<const uint32_t> windows, const Policy& policy) {
  Split result;
  uint64_t gathered = 0;
  for (; result.reference_end < windows.size() && gathered < policy.reference_windows; ++result.reference_end)
    gathered += windows[result.reference_end];
  result.reference_complete = gathered >= policy.reference_windows;

  uint64_t since = 0, due = policy.first_look_windows;
  for (size_t i = result.reference_end; i < windows.size(); ++i) {
    since += windows[i];
    if (since < due) continue;
    ++result.look;
    result.recent_end = i + 1;
    due = since + policy.look_windows;
  }
  result.recent_begin = result.recent_end;
  for (uint64_t recent = 0; recent < policy.recent_windows && result.recent_begin > result.reference_end;)
    recent += windows[--result.recent_begin];
  return result;
}

double spending(uint32_t look, const Policy& policy) {
  const double k = std::max<uint32_t>(look, 1);
  return std::min(k * k * std::numbers::pi * std::numbers::pi / 6, policy.most_spending);
}

}  // namespace mote::drift
