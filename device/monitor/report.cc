// The layout of a Report: header, a vector of as many places as a report may have metrics, then the metrics as they come.
#include "device/monitor/report.h"

namespace mote {
namespace {

namespace report_field {
enum : uint32_t { device, boot, counter, uptime_ms, release, model_id, metrics, count };
}
constexpr uint8_t kReportSizes[report_field::count] = {4, 4, 4, 8, 4, 4, 4};

namespace metric_field {
enum : uint32_t { id, index, payload, count };
}
// A metric: offset to the vtable, id, index, reference to the payload.
constexpr uint32_t kMetricBytes = 12;
constexpr uint16_t kMetricPlaces[metric_field::count] = {4, 6, 8};

}  // namespace

void report_begin(ReportWriter* report, uint8_t* bytes, uint32_t capacity, const ReportHeader& header) {
  report->writer = FlatWriter{bytes, capacity};
  report->count = 0;
  FlatWriter* writer = &report->writer;
  const FlatPlaces root = flat_add_root(writer, kReportSizes, report_field::count);
  flat_put<uint32_t>(writer, root, report_field::boot, header.boot);
  flat_put<uint32_t>(writer, root, report_field::counter, header.counter);
  flat_put<uint64_t>(writer, root, report_field::uptime_ms, header.uptime_ms);
  flat_put<uint32_t>(writer, root, report_field::release, header.release);
  flat_put_string(writer, root, report_field::device, header.device);
  flat_put_bytes(writer, root, report_field::model_id, header.model_id, header.model_id == nullptr ? 0 : 32);

  report->vtable = writer->reserve(4 + 2 * metric_field::count, 2);
  writer->put<uint16_t>(report->vtable, 4 + 2 * metric_field::count);
  writer->put<uint16_t>(report->vtable + 2, kMetricBytes);
  for (uint32_t i = 0; i < metric_field::count; ++i) writer->put<uint16_t>(report->vtable + 4 + 2 * i, kMetricPlaces[i]);

  const uint32_t vector = writer->reserve(4 + 4 * kMaxReportMetrics, 4);
  report->slots = vector + 4;
  if (writer->ok) flat_refer(writer, root.at + root.fields[report_field::metrics], vector);
}

void report_metric(ReportWriter* report, uint16_t id, uint16_t index, const void* payload, uint32_t count) {
  FlatWriter* writer = &report->writer;
  if (report->count == kMaxReportMetrics) writer->ok = false;
  const uint32_t at = writer->reserve(kMetricBytes, 4);
  const uint32_t length = writer->reserve(4, 4);
  const uint32_t data = writer->reserve(count, 1);
  if (!writer->ok) return;
  writer->put<int32_t>(at, static_cast<int32_t>(at - report->vtable));
  writer->put<uint16_t>(at + kMetricPlaces[metric_field::id], id);
  writer->put<uint16_t>(at + kMetricPlaces[metric_field::index], index);
  flat_refer(writer, at + kMetricPlaces[metric_field::payload], length);
  writer->put<uint32_t>(length, count);
  memcpy(writer->bytes + data, payload, count);
  flat_refer(writer, report->slots + 4 * report->count, at);
  ++report->count;
}

void report_u32(ReportWriter* report, uint16_t id, uint16_t index, uint32_t value) {
  report_metric(report, id, index, &value, sizeof value);
}

uint32_t report_finish(ReportWriter* report) {
  report->writer.put<uint32_t>(report->slots - 4, report->count);
  return report->writer.ok ? report->writer.count : 0;
}

}  // namespace mote
