// Gathers the evidence for a verdict from the store.
#include "host/fleet/drift_report.h"

#include <algorithm>
#include <set>

#include "device/monitor/monitor.h"
#include "host/drift/looks.h"

namespace mote::fleet {
namespace {

using Tallies = std::vector<drift::Tally>;  // by scalar

Result<void> add_sketches(FleetStore& store, const StoredReport& report, Tallies& tallies) {
  TRY(const auto payloads, store.metric(report.id, metric_id::scalar));
  for (const auto& [index, payload] : payloads) {
    Sketch sketch;
    if (index < tallies.size() && sketch_read(&sketch, payload.data(), payload.size())) tallies[index].add(sketch);
  }
  return {};
}

Result<Tallies> sum(FleetStore& store, std::span<const StoredReport> reports, size_t scalars) {
  Tallies tallies(scalars);
  for (const StoredReport& report : reports) TRY_DO(add_sketches(store, report, tallies));
  return tallies;
}

drift::Sample training_of(const BaselineScalar& scalar) {
  drift::Sample sample;
  for (size_t i = 0; i < scalar.counts.size(); ++i) sample.n += sample.bins[i] = scalar.counts[i];
  sample.mean = scalar.mean;
  sample.variance = static_cast<double>(scalar.deviation) * scalar.deviation;
  return sample;
}

// Before the first look: as many of the last windows as a look would compare.
size_t latest_begin(std::span<const uint32_t> windows, const drift::Policy& policy) {
  size_t begin = windows.size();
  for (uint64_t gathered = 0; begin > 0 && gathered < policy.recent_windows;) gathered += windows[--begin];
  return begin;
}

Result<void> add_device(FleetStore& store, const Installation& installation, const FleetModel& model, DriftReport& report) {
  TRY(const std::vector<StoredReport> reports, store.reports(installation));
  std::vector<uint32_t> windows;
  for (const StoredReport& one : reports) windows.push_back(one.windows);
  const drift::Split at = drift::split(windows, report.policy);

  const size_t scalars = std::min(model.baseline.scalars.size(), kMaxScalars);
  const std::span<const StoredReport> all(reports);
  TRY(const Tallies reference, sum(store, all.first(at.reference_end), scalars));
  TRY(const Tallies recent, sum(store, all.subspan(at.recent_begin, at.recent_end - at.recent_begin), scalars));
  Tallies latest = recent;
  if (at.look == 0) {
    TRY(latest, sum(store, all.subspan(latest_begin(windows, report.policy)), scalars));
  }
  for (size_t i = 0; i < scalars; ++i) {
    const BaselineScalar& baseline = model.baseline.scalars[i];
    ScalarDrift scalar;
    scalar.release = installation.release;
    scalar.unit = baseline.unit;
    scalar.quantum = baseline.quantum;
    scalar.evidence = {.device = installation.device,
                       .scalar = baseline.name,
                       .edges = baseline.edges,
                       .training = training_of(baseline),
                       .latest = latest[i].sample(),
                       .gathering = reference[i].sample(),
                       .recent = recent[i].sample(),
                       .look = at.look};
    if (at.reference_complete) scalar.evidence.reference = scalar.evidence.gathering;
    report.scalars.push_back(std::move(scalar));
  }
  return {};
}

void decide(DriftReport& report) {
  std::vector<drift::Evidence> evidence;
  for (const ScalarDrift& scalar : report.scalars) evidence.push_back(scalar.evidence);
  const std::vector<drift::ScalarVerdict> verdicts = drift::judge(evidence, report.policy);
  std::set<std::string> changed;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    report.scalars[i].verdict = verdicts[i];
    if (verdicts[i].installation.finding == drift::Finding::different) changed.insert(verdicts[i].device);
  }
  report.changed.assign(changed.begin(), changed.end());
}

}  // namespace

Result<DriftReport> judge_fleet(FleetStore& store, Devices& devices, const drift::Policy& policy) {
  TRY(const std::vector<EnrolledDevice> enrolled, devices.list());
  TRY(const std::vector<FleetModel> models, store.models());
  TRY(const std::vector<Installation> installations, store.installations());
  DriftReport report{.policy = policy};
  for (const Installation& installation : installations) {
    const auto is_it = [&](const EnrolledDevice& device) { return device.id == installation.device && !device.retired_ms; };
    if (std::none_of(enrolled.begin(), enrolled.end(), is_it)) continue;
    const auto model = std::find_if(models.begin(), models.end(), [&](const FleetModel& candidate) {
      return candidate.model_id == installation.model_id && candidate.release == installation.release;
    });
    if (model == models.end())
      report.without_model.push_back(installation.device);
    else
      TRY_DO(add_device(store, installation, *model, report));
  }
  decide(report);
  return report;
}

}  // namespace mote::fleet
