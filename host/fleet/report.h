// A report as the host keeps it: parsed from signed bytes, within strict bounds (docs/spec/telemetry.md).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/sha256.h"
#include "device/monitor/report.h"
#include "device/monitor/sketch.h"

namespace mote::fleet {

enum class PayloadKind { u32, u64, counts, sketch };

struct MetricKind {
  uint16_t id;
  const char* name;
  PayloadKind payload;
  const char* unit;
  const char* meaning;
};

// The row of metrics.def, or null for an id of a newer device.
const MetricKind* metric_kind(uint16_t id);

struct Metric {
  uint16_t id = 0;
  uint16_t index = 0;
  Bytes payload;
};

struct Report {
  std::string device;
  uint32_t boot = 0;
  uint32_t counter = 0;
  uint64_t uptime_ms = 0;
  uint32_t release = 0;
  Digest model_id{};  // zeros when no model runs
  uint32_t windows = 0;
  std::vector<Metric> metrics;  // each (id, index) once; payloads of known ids have the form of their kind
  Digest digest{};              // of the bytes it was parsed from
};

constexpr size_t kMostMetrics = 256;
constexpr size_t kMostCounts = 64;  // of a `counts` payload

// `why` (may be null) receives the reason of a refusal. Check the signature first.
std::optional<Report> parse_report(ByteView payload, std::string* why = nullptr);

// A `counts` payload; empty for another form.
std::vector<uint32_t> counts_of(ByteView payload);

}  // namespace mote::fleet
