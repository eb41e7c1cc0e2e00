// Sums what each device reported with the model that it runs now.
#include "host/fleet/status.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

#include "base/json.h"
#include "device/update/updater.h"
#include "host/fleet/columns.h"

namespace mote::fleet {
namespace {

constexpr int64_t kHourS = 3600;

struct Sums {
  std::vector<uint64_t> classes, latency;
  uint64_t missing = 0, alarms = 0;
};

void add(const Bytes& payload, std::vector<uint64_t>& to) {
  const std::vector<uint32_t> counts = counts_of(payload);
  to.resize(std::max(to.size(), counts.size()));
  for (size_t i = 0; i < counts.size(); ++i) to[i] += counts[i];
}

uint64_t total_over(const std::map<uint16_t, Bytes>& payloads) {
  uint64_t total = 0;
  for (const auto& [index, payload] : payloads)
    for (const uint32_t count : counts_of(payload)) total += count;
  return total;
}

Result<void> add_report(FleetStore& store, int64_t report, Sums& sums) {
  TRY(const auto classes, store.metric(report, metric_id::classes));
  TRY(const auto latency, store.metric(report, metric_id::latency));
  TRY(const auto missing, store.metric(report, metric_id::missing));
  TRY(const auto alarms, store.metric(report, metric_id::cusum_alarms));
  for (const auto& [index, payload] : classes) add(payload, sums.classes);
  for (const auto& [index, payload] : latency) add(payload, sums.latency);
  sums.missing += total_over(missing);
  sums.alarms += total_over(alarms);
  return {};
}

const FleetModel* find(const std::vector<FleetModel>& models, const Digest& id, uint32_t release) {
  const auto found = std::find_if(models.begin(), models.end(),
                                  [&](const FleetModel& model) { return model.model_id == id && model.release == release; });
  return found == models.end() ? nullptr : &*found;
}

Result<void> add_time(FleetStore& store, RolloutStore& rollouts, const StoredReport& newest, DeviceStatus& device) {
  TRY(device.given_s, rollouts.time_given_by(newest.received_ms / 1000 - kHourS));
  TRY(const auto heard, store.metric(newest.id, metric_id::time_floor));
  device.heard_s = static_cast<int64_t>(total_over(heard));
  return {};
}

Result<void> add_reports(FleetStore& store, RolloutStore& rollouts, const Installation& installation,
                         const std::vector<FleetModel>& models, DeviceStatus& device) {
  TRY(const std::vector<StoredReport> reports, store.reports(installation));
  if (!reports.empty()) TRY_DO(add_time(store, rollouts, reports.back(), device));
  Sums sums;
  for (const StoredReport& report : reports) {
    TRY_DO(add_report(store, report.id, sums));
    device.windows += report.windows;
  }
  const FleetModel* model = find(models, installation.model_id, installation.release);
  device.release = installation.release;
  if (model != nullptr) device.model = model->name;
  for (size_t i = 0; i < sums.classes.size(); ++i) {
    const bool has_label = model != nullptr && i < model->labels.size();
    device.classes.push_back({has_label ? model->labels[i] : "class " + std::to_string(i), sums.classes[i]});
  }
  device.missing = sums.missing;
  device.cusum_alarms = sums.alarms;
  device.p50_us = latency_quantile(sums.latency, 0.50);
  device.p95_us = latency_quantile(sums.latency, 0.95);
  return {};
}

const char* name_of(Presence presence) {
  switch (presence) {
    case Presence::online:
      return "online";
    case Presence::gone:
      return "gone";
    case Presence::unknown:
      return "never seen";
  }
  return "";
}

std::string state_words(const DeviceStatus& device) {
  std::string words = name_of(device.presence);
  if (!device.state) return words;
  if (const auto phase = static_cast<Phase>(device.state->phase); phase != Phase::idle)
    words += std::string(", ") + name_of(phase);
  if (device.state->degraded) words += ", degraded";
  return words;
}

std::string model_words(const DeviceStatus& device) {
  if (device.release == 0) return "none";
  return (device.model.empty() ? "unknown" : device.model) + " (release " + std::to_string(device.release) + ")";
}

std::string clock_words(const DeviceStatus& device) {
  if (!is_behind(device)) return device.heard_s == 0 ? "-" : "ok";
  return device.heard_s == 0 ? "never set" : age(1000 * (device.given_s - device.heard_s)) + " behind";
}

std::string class_words(const DeviceStatus& device) {
  const uint64_t total = std::accumulate(device.classes.begin(), device.classes.end(), uint64_t{0},
                                         [](uint64_t sum, const ClassCount& one) { return sum + one.count; });
  std::string words;
  for (const ClassCount& one : device.classes)
    if (one.count > 0)
      words +=
          (words.empty() ? "" : ", ") + one.label + " " +
          std::to_string(static_cast<int>(std::lround(100.0 * static_cast<double>(one.count) / static_cast<double>(total)))) +
          " %";
  return words.empty() ? "-" : words;
}

std::string milliseconds(double us) { return us == 0 ? "-" : figure(us / 1000); }

}  // namespace

double latency_quantile(const std::vector<uint64_t>& bins, double share) {
  const double total = static_cast<double>(std::accumulate(bins.begin(), bins.end(), uint64_t{0}));
  double before = 0;
  for (size_t i = 0; i < bins.size(); ++i) {
    const auto here = static_cast<double>(bins[i]);
    if (here > 0 && before + here >= share * total) {
      const double low = i == 0 ? 0 : std::exp2(static_cast<double>(i)), high = std::exp2(static_cast<double>(i + 1));
      return low + (high - low) * (share * total - before) / here;
    }
    before += here;
  }
  return 0;
}

bool is_behind(const DeviceStatus& device) { return device.heard_s + kHourS < device.given_s; }

Result<FleetStatus> fleet_status(FleetStore& store, Devices& devices, RolloutStore& rollouts, int64_t now_ms) {
  TRY(const std::vector<EnrolledDevice> enrolled, devices.list());
  TRY(const auto states, store.states());
  TRY(const std::vector<FleetModel> models, store.models());
  TRY(const std::vector<Installation> installations, store.installations());
  FleetStatus status{.now_ms = now_ms, .devices = {}};
  for (const EnrolledDevice& one : enrolled) {
    if (one.retired_ms) continue;
    DeviceStatus device;
    device.device = one.id, device.device_class = one.device_class, device.cohort = one.cohort;
    TRY(device.last_seen_ms, store.last_report_ms(one.id));
    if (const auto state = states.find(one.id); state != states.end()) {
      device.state = state->second.said;
      device.presence = state->second.presence;
      device.release = state->second.said.release;
      device.last_seen_ms = std::max(device.last_seen_ms, state->second.seen_ms);
    }
    for (const Installation& installation : installations)
      if (installation.device == one.id) TRY_DO(add_reports(store, rollouts, installation, models, device));
    status.devices.push_back(std::move(device));
  }
  return status;
}

std::string to_text(const FleetStatus& status) {
  std::vector<std::vector<std::string>> rows = {{"device", "class", "state", "model", "seen ", "windows ", "missing ", "p50 ms ",
                                                 "p95 ms ", "clock", "answers", "last update"}};
  for (const DeviceStatus& device : status.devices)
    rows.push_back({device.device, device.device_class, state_words(device), model_words(device),
                    device.last_seen_ms == 0 ? "-" : age(status.now_ms - device.last_seen_ms), std::to_string(device.windows),
                    std::to_string(device.missing), milliseconds(device.p50_us), milliseconds(device.p95_us), clock_words(device),
                    class_words(device), device.state ? mote_status_name(device.state->status) : "-"});
  return status.devices.empty() ? "no device is enrolled: mote device enrol\n" : in_columns(rows);
}

Json to_json(const FleetStatus& status) {
  Json devices = Json::array();
  for (const DeviceStatus& device : status.devices) {
    Json classes = Json::object();
    for (const ClassCount& one : device.classes) classes[one.label] = one.count;
    Json json = {{"device", device.device},
                 {"class", device.device_class},
                 {"cohort", device.cohort},
                 {"presence", name_of(device.presence)},
                 {"model", device.model},
                 {"release", device.release},
                 {"last_seen_ms", device.last_seen_ms},
                 {"windows", device.windows},
                 {"missing", device.missing},
                 {"cusum_alarms", device.cusum_alarms},
                 {"p50_us", device.p50_us},
                 {"p95_us", device.p95_us},
                 {"classes", classes},
                 {"heard_s", device.heard_s},
                 {"given_s", device.given_s},
                 {"behind", is_behind(device)},
                 {"state", nullptr}};
    if (device.state)
      json["state"] = {{"boot", device.state->boot},
                       {"phase", name_of(static_cast<Phase>(device.state->phase))},
                       {"last_update", mote_status_name(device.state->status)},
                       {"degraded", device.state->degraded},
                       {"release", device.state->release},
                       {"model_id", to_hex(device.state->model_id)},
                       {"sequence", device.state->sequence},
                       {"refused", device.state->refused}};
    devices.push_back(std::move(json));
  }
  return {{"now_ms", status.now_ms}, {"devices", devices}};
}

}  // namespace mote::fleet
