// mote fleet drift: has a machine changed since its model was installed, and does it differ from the training data?
#include <algorithm>

#include "host/cli/fleet/world.h"
#include "host/fleet/drift_report.h"

namespace mote::cli {
namespace {

struct FleetDriftOptions {
  drift::Policy policy;
  Path html;
};

// A look compares the recent windows; the first comes when half of them are there, the next each third of them.
drift::Policy policy_of(const FleetDriftOptions& options) {
  drift::Policy policy = options.policy;
  policy.first_look_windows = std::max(policy.least_windows, policy.recent_windows / 2);
  policy.look_windows = std::max(1u, policy.recent_windows / 3);
  return policy;
}

std::string names_of(const std::vector<std::string>& devices) {
  constexpr size_t kMostNames = 3;
  std::string names;
  for (size_t i = 0; i < devices.size() && i < kMostNames; ++i) names += (i > 0 ? ", " : "") + devices[i];
  return devices.size() > kMostNames ? names + " and " + std::to_string(devices.size() - kMostNames) + " more" : names;
}

Result<void> judge(Context& context, const FleetDriftOptions& options) {
  TRY(const FleetRecords records, open_fleet(context));
  TRY(const fleet::DriftReport report, fleet::judge_fleet(*records.store, *records.devices, policy_of(options)));
  if (!options.html.empty()) TRY_DO(context.files.write_text(options.html, fleet::to_html(report)));
  context.print(report);
  if (!report.alarm()) return {};
  return Error{.cause = Cause::drift,
               .what = report.changed.size() == 1 ? "has changed since installation" : "have changed since installation",
               .where = names_of(report.changed),
               .todo = "compare the histograms: mote fleet drift --html drift.html"};
}

}  // namespace

const Command fleet_drift = {
    .summary = "has a machine changed since its model was installed?",
    .details =
        "Two questions for each monitored scalar of each device. Changed since installation: against the device's own first\n"
        "windows with this model; the alarm is on this one. Differs from training: against the baseline in the model; healthy\n"
        "machines differ, so it is told only. A verdict needs at least 100 windows on both sides, an adjusted p-value below\n"
        "--q and an effect of a quarter of a standard deviation or a stability index of 0.1 (docs/drift.md).\n"
        "Exit code 4 when a device has changed.",
    .example = "mote fleet drift --html drift.html",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<FleetDriftOptions>();
      drift::Policy& policy = options->policy;
      arguments.ranged("--reference", policy.reference_windows, 100u, 1000000u, "a device's first windows that it is held to");
      arguments.ranged("--recent", policy.recent_windows, 100u, 1000000u, "its last windows that are compared with them");
      arguments.ranged("--q", policy.q, 1e-9, 0.5, "chance of ever a false alarm while nothing changes");
      arguments.option("--html", options->html, "write a page with the histograms of what has changed");
      return [options](Context& context) { return judge(context, *options); };
    }};

}  // namespace mote::cli
