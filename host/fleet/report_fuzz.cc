// Fuzzes the parsing of reports.
#include "host/fleet/report.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  const mote::Bytes copy(bytes, bytes + count);  // aligned, as what comes from the broker
  const auto report = mote::fleet::parse_report(copy);
  if (report && (report->counter == 0 || report->metrics.size() > mote::fleet::kMostMetrics)) __builtin_trap();
  return 0;
}
