// mote rollout start NAME: hands a bundle to a canary group, then to all.
#include <cmath>

#include "host/cli/rollout/world.h"

namespace mote::cli {
namespace {

struct RolloutStartOptions {
  std::string name, canary = "1", cohort;
  Path bundle;
  double deadline_s = 600, soak_s = 0;
  uint32_t trial_windows = 20, trial_seconds = 0, most_missed = UINT32_MAX, tolerate = 0;
  double least_confidence = 0, most_latency_ms = 0;
  bool dry_run = false;
  Reach reach;
};

// Rounded up: what is asked for never becomes 0, which is any.
RolloutOptions rollout_options(const RolloutStartOptions& options) {
  return {.deadline_ms = static_cast<int64_t>(options.deadline_s * 1000),
          .soak_ms = static_cast<int64_t>(options.soak_s * 1000),
          .trial_windows = options.trial_windows,
          .trial_seconds = options.trial_seconds,
          .least_confidence = static_cast<uint16_t>(std::ceil(options.least_confidence * 256)),
          .most_latency_us = static_cast<uint32_t>(std::ceil(options.most_latency_ms * 1000)),
          .most_missed = options.most_missed,
          .tolerated_failures = options.tolerate};
}

Result<void> start(Context& context, const RolloutStartOptions& options) {
  const Workspace workspace = rollout_workspace();
  TRY(RolloutRecords records, open_records(context, workspace));
  TRY(const TrustRoot root, read_root(context.files, workspace.root()));
  TRY(Bytes bundle, context.files.read(options.bundle, kMaxBundleBytes));
  const RolloutRequest request = {.name = options.name,
                                  .bundle = std::move(bundle),
                                  .bundle_name = options.bundle.string(),
                                  .canary = options.canary,
                                  .cohort = options.cohort,
                                  .options = rollout_options(options)};
  if (options.dry_run) {
    if (const Result<RolloutView> known = records.store->view(options.name); known.ok()) {
      context.print(*known);
      return {};
    }
    TRY(const NewRollout plan, plan_rollout(request, *records.store, *records.devices, root));
    context.print(preview(plan));
    return {};
  }
  return run_controller(context, workspace, records, options.name, options.reach,
                        [&] { return begin_rollout(request, *records.store, *records.devices, root, context.clock); });
}

}  // namespace

const Command rollout_start = {
    .summary = "hand a bundle to a canary group, then to all",
    .details =
        "Runs until every device has confirmed the release, or something has gone wrong: a canary that refuses the release,\n"
        "goes back to its old model or stays silent past the deadline halts the rollout. Devices that are away get it when\n"
        "they come. Killed in the middle, the same command goes on where it was. Exit code 5: only some devices have it.",
    .example = "mote rollout start spring --bundle good.bundle --canary 3 --deadline 600",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<RolloutStartOptions>();
      arguments.positional("NAME", options->name, "what to call the rollout");
      arguments.required("--bundle", options->bundle, "what `mote bundle` made");
      arguments.option("--canary", options->canary, "how many go first, or which: press-01,press-04");
      arguments.option("--cohort", options->cohort, "only devices of this cohort");
      arguments.ranged("--deadline", options->deadline_s, 1.0, 1e7, "seconds for a group to confirm");
      arguments.ranged("--soak", options->soak_s, 0.0, 1e7, "seconds that the canaries must stay well before the others follow");
      arguments.ranged("--trial-windows", options->trial_windows, 0u, 1000000u,
                       "windows that a device infers before it confirms; 0: as many as come in --trial-seconds");
      arguments.ranged("--trial-seconds", options->trial_seconds, 0u, 1000000u, "seconds that a device's trial lasts at least");
      arguments.ranged("--least-confidence", options->least_confidence, 0.0, 0.99,
                       "mean of the highest score on trial, below which a device goes back; 0: any");
      arguments.ranged("--most-latency", options->most_latency_ms, 0.0, 1e6,
                       "milliseconds that an inference on trial may take; 0: any");
      arguments.ranged("--most-missed", options->most_missed, 0u, UINT32_MAX, "windows that a device may lose on trial");
      arguments.ranged("--tolerate", options->tolerate, 0u, 1000000u, "devices after the canaries that may fail");
      declare(arguments, options->reach);
      arguments.flag("--dry-run", options->dry_run, "say who would get it, and change nothing");
      return [options](Context& context) { return start(context, *options); };
    }};

}  // namespace mote::cli
