// The acts of the demo, in their order.
#include "host/demo/demo.h"

#include <algorithm>
#include <cstdio>

#include "base/json.h"
#include "host/demo/stage.h"
#include "host/demo/story.h"

namespace mote::demo {
namespace {

constexpr uint32_t kSimulated = 20;
constexpr uint32_t kBoardWindows = 100;  // compared byte by byte with the host
constexpr uint32_t kFirstEpochs = 4;     // of the release that the good one replaces
constexpr uint32_t kMostLooks = 8;       // at a drift, before it counts as not found
constexpr const char* kMarker = ".mote-demo";

// The folder is the demo's own: an earlier demo in it is removed, anything else is left alone.
Result<void> clear(const Path& folder, FileSystem& files) {
  if (files.exists(folder)) {
    TRY(const std::vector<Path> content, files.list(folder));
    if (!content.empty() && !files.exists(folder / kMarker))
      return Error{.cause = Cause::usage,
                   .what = "is not empty and holds no earlier demo",
                   .where = folder.string(),
                   .todo = "give another folder: mote demo --out DIR"};
    std::error_code failure;
    std::filesystem::remove_all(folder, failure);
    if (failure)
      return Error{.cause = Cause::failed, .what = "cannot be cleared: " + failure.message(), .where = folder.string()};
  }
  return files.write_text(folder / kMarker, "The next demo removes this folder.\n");
}

class Play {
 public:
  Play(const DemoOptions& options, FileSystem& files, const Clock& clock, Progress& progress, const std::atomic<bool>& stop)
      : options_(options), files_(files), clock_(clock), progress_(progress), stop_(stop), begun_ms_(clock.steady_ms()) {}

  Result<Scoreboard> run() {
    story_.seed = options_.seed;
    TRY_DO(clear(options_.out, files_));
    TRY_DO(learn_models());
    TRY_DO(set_stage());
    TRY_DO(roll_out());
    TRY_DO(attack());
    TRY_DO(watch_and_drift());
    stage_.reset();
    TRY_DO(close());
    return board_;
  }

 private:
  double seconds() const { return static_cast<double>(clock_.steady_ms() - begun_ms_) / 1000; }

  void act(const std::string& words) const {
    char time[16];
    std::snprintf(time, sizeof time, "%5.1f s  ", seconds());
    options_.tell(time + words);
  }

  Result<void> learn_models() {
    TRY(TrainConfig config, recipe(options_.seed));
    first_machine_ = config.data.vibration.machines;
    TRY(const Dataset dataset, load(files_, config.data, std::nullopt));
    act("data: " + std::to_string(dataset.count()) + " windows of " + std::to_string(dataset.groups.size()) +
        " synthetic machines, " + std::to_string(dataset.labels.size()) + " conditions");
    TRY(story_.good, learn(config, dataset, options_.out / "run", files_, progress_));
    const Evaluation& good = story_.good.evaluation;
    act("trained " + std::to_string(story_.good.run.metrics.epochs) + " epochs and quantized: " + percent(good.accuracy) +
        " right on machines that training never saw");
    config.fit.epochs = std::min(config.fit.epochs, kFirstEpochs);
    TRY(older_, learn(config, dataset, options_.out / "run-older", files_, progress_));
    act("and an older model to update from: " + percent(older_.evaluation.accuracy));

    board_.claim("float_accuracy", "float accuracy", *good.float_accuracy, percent(*good.float_accuracy), "at least 90 %",
                 *good.float_accuracy >= 0.9);
    board_.claim("int8_accuracy", "int8 accuracy", good.accuracy, percent(good.accuracy), "at most 1 point below float",
                 good.accuracy >= *good.float_accuracy - 0.01);
    board_.tell("model_bytes", "flash for the model", good.model_bytes, std::to_string(good.model_bytes) + " bytes");
    board_.tell("arena_bytes", "arena in RAM", good.arena_bytes, std::to_string(good.arena_bytes) + " bytes");
    return compare();
  }

  Result<void> compare() {
    TRY(const BoardComparison comparison,
        compare_with_board(story_.good, options_.out / "run", kBoardWindows, files_, options_.program_folder));
    act("ran " + std::to_string(comparison.windows) +
        " windows on the emulated Cortex-M4F: " + std::to_string(comparison.different) + " of " +
        std::to_string(comparison.bytes) + " output bytes differ from the host's");
    board_.claim("board_bytes_different", "output bytes that differ between host and Cortex-M4F", comparison.different,
                 std::to_string(comparison.different) + " of " + std::to_string(comparison.bytes), "0",
                 comparison.different == 0 && comparison.bytes > 0);
    return {};
  }

  Result<void> set_stage() {
    TRY(stage_, Stage::set({.folder = options_.out,
                            .seed = options_.seed,
                            .devices = kSimulated,
                            .first_machine = first_machine_,
                            .program_folder = options_.program_folder,
                            .tell = [this](const std::string& words) { act(words); }},
                           files_, clock_, stop_));
    const auto bundle = [this](const Learned& learned, uint32_t release) {
      return make_bundle(learned.compiled.model,
                         {.name = "vibration " + std::to_string(release), .device_class = kDeviceClass, .release = release},
                         stage_->image());
    };
    TRY(older_bundle_, bundle(older_, 1));
    TRY(good_bundle_, bundle(story_.good, 2));
    TRY_DO(files_.write(options_.out / "good.bundle", good_bundle_));
    TRY(const std::string root, files_.read_text(Workspace{options_.out / ".mote"}.root()));
    TRY_DO(files_.write_text(options_.out / "root.pub", root));
    act("signed two releases: release 1 has " + std::to_string(older_bundle_.size()) + " bytes, release 2 " +
        std::to_string(good_bundle_.size()));
    return {};
  }

  Result<uint32_t> hand_out(const std::string& name, const Bytes& bundle, int colour) {
    TRY(const RolloutView view, stage_->roll_out(name, bundle, story_.updates, colour));
    const uint32_t confirmed = count_in(view.members, MemberState::confirmed);
    act("rollout of " + name + ": " + name_of(view.rollout.state) + ", confirmed by " + std::to_string(confirmed) + " of " +
        std::to_string(view.members.size()) + " devices" + (view.rollout.reason.empty() ? "" : " (" + view.rollout.reason + ")"));
    return confirmed;
  }

  Result<void> roll_out() {
    TRY(const uint32_t first, hand_out("release-1", older_bundle_, 4));
    TRY(const uint32_t second, hand_out("release-2", good_bundle_, 0));
    const size_t all = stage_->devices().size();
    board_.claim("devices", "devices", all, std::to_string(all), "20 simulated and the board", all == kSimulated + 1);
    board_.claim("devices_updated", "devices updated twice, canaries first", std::min(first, second),
                 std::to_string(std::min(first, second)) + " of " + std::to_string(all), "all", first == all && second == all);
    return {};
  }

  Result<void> attack() {
    TRY(const Bundle good, open_bundle(good_bundle_, stage_->root(), "good.bundle"));
    TRY(const Bundle older, open_bundle(older_bundle_, stage_->root(), "release 1"));
    TRY(const std::vector<Attack> forged, attacks(good, older));
    for (const Attack& one : forged) {
      TRY(const AttackOutcome outcome, stage_->attack(one));
      const size_t all = stage_->devices().size();
      const auto refused = static_cast<size_t>(std::count_if(outcome.answers.begin(), outcome.answers.end(),
                                                             [&](const auto& answer) { return answer.second == one.expected; }));
      act("sent every device " + one.name + ": " + std::to_string(refused) + " refused, " + mote_status_name(one.expected));
      board_.claim(std::string("refused_") + mote_status_name(one.expected),
                   one.name + " refused, " + mote_status_name(one.expected), refused,
                   std::to_string(refused) + " of " + std::to_string(all), "all", outcome.refused_by_all(all));
      story_.attacks.push_back(outcome);
    }
    return {};
  }

  // Devices with an alarm, in order.
  Result<std::vector<std::string>> alarms() {
    TRY(story_.drift, stage_->drift());
    std::vector<std::string> found = story_.drift.changed;
    std::sort(found.begin(), found.end());
    return found;
  }

  // Looks whenever every device has reported another batch of windows, until the drifted ones are found or have had time enough.
  Result<std::vector<std::string>> look_until_found(uint32_t windows) {
    for (uint32_t look = 1;; ++look) {
      TRY_DO(stage_->wait_for_windows(2, windows + look * policy_.look_windows));
      TRY(const std::vector<std::string> found, alarms());
      if (look == kMostLooks || std::includes(found.begin(), found.end(), story_.drifted.begin(), story_.drifted.end()))
        return found;
    }
  }

  Result<void> watch_and_drift() {
    const uint32_t before = policy_.reference_windows + policy_.first_look_windows + policy_.look_windows;
    act("watching: waiting for " + std::to_string(before) + " windows from every device");
    TRY(const uint32_t had, stage_->wait_for_windows(2, before));
    TRY(const std::vector<std::string> early, alarms());
    act("looked at " + std::to_string(story_.drift.scalars.size()) + " scalars, at least " + std::to_string(had) +
        " windows each: " + (early.empty() ? "no alarm" : std::to_string(early.size()) + " devices with an alarm"));
    board_.claim("false_alarms", "devices with an alarm before the drift", early.size(), std::to_string(early.size()), "0",
                 early.empty());

    const std::pair<size_t, DriftKind> injections[] = {
        {3, DriftKind::offset}, {8, DriftKind::gain}, {14, DriftKind::noise}, {kSimulated, DriftKind::offset}};
    for (const auto& [index, kind] : injections) {
      story_.drifted.push_back(stage_->devices()[index].id);
      TRY_DO(stage_->inject(story_.drifted.back(), kind));
    }
    std::sort(story_.drifted.begin(), story_.drifted.end());
    act("injected a drift of half a standard deviation into " + std::to_string(story_.drifted.size()) + " devices");
    TRY(const std::vector<std::string> found, look_until_found(had + policy_.recent_windows));
    std::string names;
    for (const std::string& device : found) names += (names.empty() ? "" : ", ") + device;
    act("drift found on: " + (names.empty() ? "no device" : names));
    std::vector<std::string> both;
    std::set_intersection(found.begin(), found.end(), story_.drifted.begin(), story_.drifted.end(), std::back_inserter(both));
    board_.claim("drift_found", "drifted devices found", both.size(),
                 std::to_string(both.size()) + " of " + std::to_string(story_.drifted.size()), "all", both == story_.drifted);
    board_.claim("drift_elsewhere", "other devices with an alarm", found.size() - both.size(),
                 std::to_string(found.size() - both.size()), "0", found.size() == both.size());
    board_.tell("windows_reported", "windows inferred, reported and stored", stage_->collected().windows,
                std::to_string(stage_->collected().windows));
    return {};
  }

  Result<void> close() {
    story_.seconds = seconds();
    board_.tell("seconds", "time", story_.seconds, std::to_string(static_cast<int>(story_.seconds)) + " s");
    Json json = to_json(board_);
    json["seed"] = options_.seed;
    json["revision"] = tool_versions();
    TRY_DO(files_.write_text(options_.out / "demo-report.html", report_page(story_, board_)));
    TRY_DO(write_json(files_, options_.out / "demo.json", json));
    act("wrote " + (options_.out / "demo-report.html").string() + " and demo.json");
    return {};
  }

  const DemoOptions& options_;
  FileSystem& files_;
  const Clock& clock_;
  Progress& progress_;
  const std::atomic<bool>& stop_;
  int64_t begun_ms_;

  const drift::Policy policy_;
  Story story_;
  Scoreboard board_;
  Learned older_;
  Bytes older_bundle_, good_bundle_;
  uint32_t first_machine_ = 0;
  std::unique_ptr<Stage> stage_;
};

}  // namespace

Result<Scoreboard> play(const DemoOptions& options, FileSystem& files, const Clock& clock, Progress& progress,
                        const std::atomic<bool>& stop) {
  return Play(options, files, clock, progress, stop).run();
}

}  // namespace mote::demo
