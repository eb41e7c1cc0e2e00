// Windows of healthy machines through the device's own operator, sketched in the bins of machines that were held out.
#include "bench/drift/machines.h"

#include <vector>

#include "device/kernels/mean_rms/mean_rms.h"
#include "host/data/vibration.h"
#include "host/drift/judge.h"
#include "host/drift/looks.h"
#include "quantize/calibrate/baseline.h"

namespace mote::bench {
namespace {

constexpr uint32_t kScalars = 2 * vibration::kChannels;
constexpr uint32_t kHeldOut = 4, kHeldOutWindows = 60;  // machines, windows of each condition
constexpr uint32_t kReportWindows = 32;

using Values = std::array<int16_t, kScalars>;

Values scalars_of(const std::vector<int16_t>& window) {
  Values values;
  mean_rms_reference({.samples = vibration::kSamples, .channels = vibration::kChannels}, window.data(), values.data());
  return values;
}

std::vector<BaselineScalar> held_out_baseline(uint64_t seed) {
  std::vector<std::vector<int16_t>> values(kScalars);
  for (uint32_t index = 0; index < kHeldOut; ++index) {
    const vibration::Machine machine(seed, 1000 + index);
    for (uint32_t condition = 0; condition < vibration::kConditions; ++condition)
      for (uint32_t n = 0; n < kHeldOutWindows; ++n) {
        const Values window = scalars_of(machine.window(n, static_cast<vibration::Condition>(condition)));
        for (uint32_t i = 0; i < kScalars; ++i) values[i].push_back(window[i]);
      }
  }
  std::vector<BaselineScalar> baseline;
  for (std::vector<int16_t>& scalar : values) baseline.push_back(baseline_of(std::move(scalar)));
  return baseline;
}

using Reports = std::vector<std::array<Sketch, kScalars>>;

Reports reports_of(const vibration::Machine& machine, uint32_t windows, const vibration::Drift& drift,
                   const std::vector<BaselineScalar>& baseline) {
  Reports reports;
  for (uint32_t n = 0; n < windows; ++n) {
    if (n % kReportWindows == 0)
      for (Sketch& sketch : reports.emplace_back()) sketch_clear(&sketch);
    const Values values = scalars_of(machine.window(n, vibration::Condition::normal, drift));
    for (uint32_t i = 0; i < kScalars; ++i) sketch_add(&reports.back()[i], baseline[i].edges.data(), values[i]);
  }
  return reports;
}

drift::Sample sum(const Reports& reports, uint32_t scalar, size_t begin, size_t end) {
  drift::Tally tally;
  for (size_t i = begin; i < end; ++i) tally.add(reports[i][scalar]);
  return tally.sample();
}

void look(const std::vector<Reports>& fleet, const std::vector<BaselineScalar>& baseline, const drift::Split& at, bool changed,
          const drift::Policy& policy, MachineOutcome& outcome) {
  std::vector<drift::Evidence> evidence;
  for (const Reports& reports : fleet)
    for (uint32_t i = 0; i < kScalars; ++i) {
      drift::Evidence scalar;
      scalar.edges = baseline[i].edges;
      scalar.reference = sum(reports, i, 0, at.reference_end);
      scalar.recent = sum(reports, i, at.recent_begin, at.recent_end);
      scalar.look = at.look;
      evidence.push_back(scalar);
    }
  const std::vector<drift::ScalarVerdict> verdicts = drift::judge(evidence, policy);
  outcome.found = false;
  for (size_t i = 0; i < verdicts.size(); ++i) {
    const bool is_first = i < kScalars;
    if (verdicts[i].installation.finding != drift::Finding::different) continue;
    outcome.found = outcome.found || is_first;
    outcome.alarm_before = outcome.alarm_before || !changed;
    outcome.alarm_elsewhere = outcome.alarm_elsewhere || !is_first;
  }
}

}  // namespace

MachineOutcome run_machines(const MachineFleet& plan, uint64_t seed) {
  const std::vector<BaselineScalar> baseline = held_out_baseline(seed);
  std::vector<Reports> fleet;
  for (uint32_t index = 0; index < plan.machines; ++index) {
    const vibration::Machine machine(seed, index);
    vibration::Drift drift;
    if (index == 0) drift = vibration::gain_drift(machine.healthy_spread(), plan.deviations, plan.windows_before);
    fleet.push_back(reports_of(machine, plan.windows_before + plan.windows_after, drift, baseline));
  }
  MachineOutcome outcome;
  std::vector<uint32_t> windows;
  uint32_t looked = 0;
  for (size_t i = 0; i < fleet[0].size(); ++i) {
    windows.push_back(kReportWindows);
    const drift::Split at = drift::split(windows, plan.policy);
    if (at.look == looked) continue;
    looked = at.look;
    look(fleet, baseline, at, windows.size() * kReportWindows > plan.windows_before, plan.policy, outcome);
  }
  return outcome;
}

}  // namespace mote::bench
