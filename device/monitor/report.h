// A Report FlatBuffer, written in place by the device (device/format/report.fbs, docs/spec/telemetry.md).
//
//     ReportWriter report;
//     report_begin(&report, envelope + kEnvelopeHeaderBytes, capacity, header);
//     report_u32(&report, metric_id::windows, 0, 32);
//     const uint32_t count = report_finish(&report);
//     if (count == 0) return;  // it did not fit
//     seal_envelope(crypto, EnvelopeType::report, ..., envelope, count);
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "device/format/write.h"
#include "device/limits.h"

namespace mote {

// The ids of metrics.def by name: metric_id::windows, metric_id::scalar ...
namespace metric_id {
enum : uint16_t {
#define MOTE_METRIC(id, name, payload, unit, text) name = (id),
#include "device/monitor/metrics.def"
#undef MOTE_METRIC
};
}  // namespace metric_id

struct ReportHeader {
  const char* device;
  uint32_t boot;
  uint32_t counter;  // from 1
  uint64_t uptime_ms;
  uint32_t release;
  const uint8_t* model_id;  // 32 bytes; null: no model runs
};

constexpr uint32_t kMaxReportMetrics = 16 + 2 * kMaxScalars;

struct ReportWriter {
  FlatWriter writer;
  uint32_t slots;  // of the vector of metrics
  uint32_t count;
  uint32_t vtable;  // of a metric; they share it
};

// `bytes` are the caller's until report_finish.
void report_begin(ReportWriter* report, uint8_t* bytes, uint32_t capacity, const ReportHeader& header);
void report_metric(ReportWriter* report, uint16_t id, uint16_t index, const void* payload, uint32_t count);
void report_u32(ReportWriter* report, uint16_t id, uint16_t index, uint32_t value);
// The size of the report, or 0 when it, or the number of its metrics, did not fit.
uint32_t report_finish(ReportWriter* report);

}  // namespace mote
