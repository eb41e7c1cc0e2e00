// The whole way round on one machine: train, quantize, sign, roll out, attack, watch, drift, find it.
#pragma once

#include <atomic>
#include <functional>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/progress.h"
#include "host/demo/scoreboard.h"

namespace mote::demo {

struct DemoOptions {
  Path out = "build/demo";  // made anew: good.bundle, root.pub, demo-report.html, demo.json, and what led to them
  uint64_t seed = 1;
  Path program_folder;  // firmware lies below it
  std::function<void(const std::string&)> tell;
};

// An error means that the demo could not be played to its end; the scoreboard says whether what it measured is as it should be.
Result<Scoreboard> play(const DemoOptions& options, FileSystem& files, const Clock& clock, Progress& progress,
                        const std::atomic<bool>& stop);

}  // namespace mote::demo
