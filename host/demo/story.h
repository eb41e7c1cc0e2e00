// What the demo saw, kept for its report.
#pragma once

#include <string>
#include <vector>

#include "host/demo/attacks.h"
#include "host/demo/learn.h"
#include "host/demo/scoreboard.h"
#include "host/fleet/drift_report.h"
#include "host/report/svg.h"

namespace mote::demo {

struct Story {
  uint64_t seed = 1;
  Learned good;
  std::vector<report::Span> updates;  // what each device did when, in seconds since the start
  std::vector<AttackOutcome> attacks;
  std::vector<std::string> drifted;  // the devices that the drift was injected into
  fleet::DriftReport drift;          // the last look
  double seconds = 0;
};

// One page, complete in itself: tables and SVG, nothing fetched.
std::string report_page(const Story& story, const Scoreboard& board);

}  // namespace mote::demo
