// Gathers what a running model sees and answers.
#include "device/monitor/monitor.h"

#include <string.h>

namespace mote {
namespace {

uint32_t smaller(uint32_t a, size_t b) { return a < b ? a : static_cast<uint32_t>(b); }

// Place of the highest bit, 0 for 0; the last bin holds all that is longer.
uint32_t latency_bin(uint32_t microseconds) {
  uint32_t bin = 0;
  while (bin + 1 < kLatencyBins && (microseconds >> (bin + 1)) != 0) ++bin;
  return bin;
}

void watch(ScalarMonitor* scalar, const ScalarReference& baseline, bool learning, int16_t value) {
  sketch_add(&scalar->sketch, baseline.edges, value);
  if (baseline.cusum_limit <= 0) return;
  if (learning) {
    scalar->learned += value;
    return;
  }
  if (cusum_add(&scalar->cusum, value, scalar->level, baseline.cusum_slack, baseline.cusum_limit)) ++scalar->alarms;
}

void clear_gathered(Monitor* monitor) {
  monitor->windows = 0;
  monitor->missing = 0;
  memset(monitor->classes, 0, sizeof monitor->classes);
  memset(monitor->latency, 0, sizeof monitor->latency);
  for (ScalarMonitor& scalar : monitor->scalar) {
    sketch_clear(&scalar.sketch);
    scalar.alarms = 0;
  }
}

// The level is the mean of what was learned, in quanta * 256, once there is enough of it.
void finish_learning(Monitor* monitor) {
  ++monitor->learned;
  if (monitor->learned != kCusumLearnWindows) return;
  for (ScalarMonitor& scalar : monitor->scalar)
    scalar.level = static_cast<int32_t>(scalar.learned * 256 / int64_t{kCusumLearnWindows});
}

}  // namespace

void monitor_start(Monitor* monitor, const void* baseline, size_t count) {
  memset(monitor, 0, sizeof *monitor);
  baseline_view(baseline, count, &monitor->baseline);
  monitor->scalars = smaller(monitor->baseline.count, kMaxScalars);
  clear_gathered(monitor);
}

void monitor_window(Monitor* monitor, const int16_t* statistics, uint32_t statistics_count, const int8_t* scores,
                    uint32_t score_count, uint32_t latency_us) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < score_count; ++i)
    if (scores[i] > scores[best]) best = i;

  const bool learning = monitor->learned < kCusumLearnWindows;
  const uint32_t with_confidence = statistics_count + (score_count > 0 ? 1 : 0);
  const uint32_t given = smaller(with_confidence, monitor->scalars);
  for (uint32_t i = 0; i < given; ++i) {
    const int16_t value = i < statistics_count ? statistics[i] : static_cast<int16_t>(scores[best] + 128);
    watch(&monitor->scalar[i], baseline_scalar(monitor->baseline, i), learning, value);
  }
  if (learning) finish_learning(monitor);

  monitor->class_count = smaller(score_count, kMaxClasses);
  if (best < monitor->class_count) ++monitor->classes[best];
  ++monitor->latency[latency_bin(latency_us)];
  ++monitor->windows;
}

void monitor_miss(Monitor* monitor) {
  ++monitor->missing;
  for (uint32_t i = 0; i < monitor->scalars; ++i) sketch_miss(&monitor->scalar[i].sketch);
}

void monitor_cut(Monitor* monitor, ReportWriter* report) {
  report_u32(report, metric_id::windows, 0, monitor->windows);
  report_u32(report, metric_id::missing, 0, monitor->missing);
  report_metric(report, metric_id::classes, 0, monitor->classes, monitor->class_count * sizeof monitor->classes[0]);
  report_metric(report, metric_id::latency, 0, monitor->latency, sizeof monitor->latency);
  for (uint32_t i = 0; i < monitor->scalars; ++i) {
    const ScalarMonitor& scalar = monitor->scalar[i];
    uint8_t wire[kSketchWireBytes];
    sketch_write(scalar.sketch, wire);
    report_metric(report, metric_id::scalar, static_cast<uint16_t>(i), wire, sizeof wire);
    if (scalar.alarms != 0) report_u32(report, metric_id::cusum_alarms, static_cast<uint16_t>(i), scalar.alarms);
  }
  clear_gathered(monitor);
}

}  // namespace mote
