// What one model sees and answers, gathered between two reports (docs/spec/telemetry.md). Fixed size, integers only.
//
//     monitor_start(&monitor, section, section_bytes);     // for every model that starts to run
//     monitor_window(&monitor, statistics, 6, scores, 5, latency_us);
//     if (monitor.windows >= config.report_windows) {
//       report_begin(&report, ...);
//       monitor_cut(&monitor, &report);                    // written and cleared
//       size = report_finish(&report);
//     }
#pragma once

#include "device/limits.h"
#include "device/monitor/baseline.h"
#include "device/monitor/report.h"
#include "device/monitor/sketch.h"

namespace mote {

constexpr size_t kLatencyBins = 24;

// Windows after the start whose mean is the level that the CUSUM watches: healthy machines differ from the baseline and from
// each other, so a device is held to itself.
constexpr uint32_t kCusumLearnWindows = 64;

struct ScalarMonitor {
  Sketch sketch;
  Cusum cusum;
  int64_t learned;  // sum of the first kCusumLearnWindows values
  int32_t level;    // their mean, in quanta * 256
  uint32_t alarms;  // of the CUSUM since the last report
};

struct Monitor {
  BaselineView baseline;
  uint32_t scalars;      // watched: at most kMaxScalars and at most the baseline's
  uint32_t windows;      // since the last report
  uint32_t missing;      // since the last report
  uint32_t learned;      // windows that the levels were learned from, up to kCusumLearnWindows
  uint32_t class_count;  // the most scores seen
  uint32_t classes[kMaxClasses];
  uint32_t latency[kLatencyBins];
  ScalarMonitor scalar[kMaxScalars];
};

// For a model that starts to run. `baseline` is its section 7 and must stay where it is; null or unreadable: classes, latency
// and counts are kept, scalars are not.
void monitor_start(Monitor* monitor, const void* baseline, size_t count);

// One inferred window. `statistics`: mote_statistics().count values, the first scalars of the baseline; `scores`: the int8
// output, whose largest value, plus 128, is the scalar after them (the confidence in 1/256). Scores beyond kMaxClasses are not
// counted as classes.
void monitor_window(Monitor* monitor, const int16_t* statistics, uint32_t statistics_count, const int8_t* scores,
                    uint32_t score_count, uint32_t latency_us);

// A window that never came or came incomplete.
void monitor_miss(Monitor* monitor);

// Writes all that was gathered since the last cut, and begins anew. The levels of the CUSUM are kept.
void monitor_cut(Monitor* monitor, ReportWriter* report);

}  // namespace mote
