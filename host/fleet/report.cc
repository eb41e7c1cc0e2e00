// Bounds and forms of a report.
#include "host/fleet/report.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "ota/transport/topics.h"
#include "report_generated.h"

namespace mote::fleet {
namespace {

constexpr MetricKind kMetrics[] = {
#define MOTE_METRIC(id, name, payload, unit, meaning) {id, #name, PayloadKind::payload, #unit, meaning},
#include "device/monitor/metrics.def"
#undef MOTE_METRIC
};

uint32_t u32_at(ByteView payload, size_t at) {
  uint32_t value;
  std::memcpy(&value, payload.data() + at, sizeof value);
  return value;
}

bool has_form(const MetricKind& kind, const Metric& metric) {
  Sketch sketch;
  switch (kind.payload) {
    case PayloadKind::u32:
      return metric.payload.size() == 4;
    case PayloadKind::u64:
      return metric.payload.size() == 8;
    case PayloadKind::counts:
      return metric.payload.size() % 4 == 0 && metric.payload.size() / 4 <= kMostCounts;
    case PayloadKind::sketch:
      return sketch_read(&sketch, metric.payload.data(), metric.payload.size());
  }
  return false;
}

std::string add_metrics(const format::Report& from, Report& report) {
  if (from.metrics() == nullptr) return "";
  if (from.metrics()->size() > kMostMetrics) return "has too many metrics";
  std::set<std::pair<uint16_t, uint16_t>> seen;
  for (const format::Metric* item : *from.metrics()) {
    Metric metric{.id = item->id(), .index = item->index(), .payload = {}};
    if (item->payload() != nullptr) metric.payload.assign(item->payload()->begin(), item->payload()->end());
    const std::string name = "metric " + std::to_string(metric.id) + "." + std::to_string(metric.index);
    if (!seen.emplace(metric.id, metric.index).second) return name + " comes twice";
    const MetricKind* kind = metric_kind(metric.id);
    if (kind != nullptr && !has_form(*kind, metric)) return name + " has another form than its id says";
    if (metric.id == metric_id::windows && metric.index == 0) report.windows = u32_at(metric.payload, 0);
    report.metrics.push_back(std::move(metric));
  }
  return "";
}

std::string fill(const format::Report& from, Report& report) {
  if (from.device() == nullptr || !valid_device_id(from.device()->string_view())) return "has no name of a device";
  if (from.counter() == 0) return "has counter 0";
  report.device = from.device()->str();
  report.boot = from.boot();
  report.counter = from.counter();
  report.uptime_ms = from.uptime_ms();
  report.release = from.release();
  if (const auto* id = from.model_id(); id != nullptr && id->size() != 0) {
    if (id->size() != report.model_id.size()) return "has a model id of another length";
    std::copy(id->begin(), id->end(), report.model_id.begin());
  }
  return add_metrics(from, report);
}

}  // namespace

const MetricKind* metric_kind(uint16_t id) {
  const auto found =
      std::find_if(std::begin(kMetrics), std::end(kMetrics), [id](const MetricKind& kind) { return kind.id == id; });
  return found == std::end(kMetrics) ? nullptr : found;
}

std::optional<Report> parse_report(ByteView payload, std::string* why) {
  const auto refuse = [why](const std::string& reason) {
    if (why != nullptr) *why = reason;
    return std::nullopt;
  };
  flatbuffers::Verifier verifier(payload.data(), payload.size(), /*max_depth=*/8, /*max_tables=*/kMostMetrics + 8);
  if (!verifier.VerifyBuffer<format::Report>(nullptr)) return refuse("is no report");
  Report report;
  if (const std::string reason = fill(*flatbuffers::GetRoot<format::Report>(payload.data()), report); !reason.empty())
    return refuse(reason);
  report.digest = sha256(payload);
  return report;
}

std::vector<uint32_t> counts_of(ByteView payload) {
  std::vector<uint32_t> counts;
  if (payload.size() % 4 == 0)
    for (size_t at = 0; at < payload.size(); at += 4) counts.push_back(u32_at(payload, at));
  return counts;
}

}  // namespace mote::fleet
