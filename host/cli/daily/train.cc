// mote train: a float model from a configuration and recordings, or a cross-validation over groups.
#include <algorithm>
#include <thread>

#include "host/cli/commands.h"
#include "host/evaluate/folds.h"
#include "host/train/run.h"

namespace mote::cli {
namespace {

struct TrainOptions {
  Path config, data, out;
  int64_t seed = -1;
  uint32_t threads = std::clamp(std::thread::hardware_concurrency(), 1u, kShards);
  uint32_t folds = 0;
  uint32_t checkpoint = 0;
  bool resume = false;
};

Error wrong(const std::string& option, const std::string& what) {
  return Error{.cause = Cause::usage, .what = what, .where = option, .todo = "see: mote train --help"};
}

Result<void> run_train(Context& context, const TrainOptions& options) {
  if (options.folds == 0 && options.out.empty()) return wrong("--out", "is missing: where should the run go?");
  if (options.folds != 0 && (options.resume || options.checkpoint != 0))
    return wrong("--folds", "keeps no checkpoint: give neither --checkpoint nor --resume");
  if (options.folds != 0 && !options.out.empty()) return wrong("--out", "has no use with --folds, which keeps no model");
  TRY(const std::string text, context.files.read_text(options.config));
  TRY(TrainConfig config, parse_train_config(text, options.config.string()));
  if (options.seed >= 0) config.seed = static_cast<uint64_t>(options.seed);
  const std::optional<Path> data = options.data.empty() ? std::nullopt : std::optional(options.data);
  TRY(const Dataset dataset, load(context.files, config.data, data));
  if (config.fit.goal == Goal::classify) TRY_DO(check_classes(dataset));  // an autoencoder needs the first class alone
  if (options.folds != 0) {
    TRY(const Folds folds, cross_validate(config, dataset, options.folds, options.threads, context.progress));
    context.print(folds);
    return {};
  }
  TRY(const Split split, make_split(dataset, config.split));
  Checkpoint checkpoint(context.files, options.out, options.checkpoint, options.resume);
  TRY(const Run run, train(config, dataset, split, options.threads, "train", context.progress, &checkpoint));
  TRY_DO(write_run(context.files, options.out, run));
  TRY_DO(checkpoint.remove());
  context.print(run);
  return {};
}

}  // namespace

const Command daily_train = {
    .summary = "train a model",
    .details =
        "Reads the data that the configuration describes, trains on some groups, stops by others, and writes a run:\n"
        "run.json, float.graph, history.json, and the windows that `mote quantize` calibrates with.\n"
        "The same configuration, data and seed give the same bytes, whatever the number of threads.\n"
        "With --folds N nothing is written: the groups in their order make N folds; each is tested on once, by a model\n"
        "that validated on the next fold and trained on the rest, and that was quantized.",
    .example = "mote train --config examples/har/mote.toml --data RECORDINGS --out build/har",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<TrainOptions>();
      arguments.required("--config", options->config, "TOML file (docs/training.md)");
      arguments.option("--data", options->data, "folder or file of recordings; none for the synthetic generator");
      arguments.option("--out", options->out, "folder for the run");
      arguments.option("--seed", options->seed, "instead of the configuration's, when 0 or more");
      arguments.ranged("--threads", options->threads, 1u, 64u, "at most 4 are of use");
      arguments.ranged("--folds", options->folds, 0u, 1000u, "cross-validate over so many folds; 0: train once");
      arguments.ranged("--checkpoint", options->checkpoint, 0u, 100000u, "keep the state after every so many epochs; 0: never");
      arguments.flag("--resume", options->resume, "go on from the checkpoint in --out, when there is one");
      return [options](Context& context) { return run_train(context, *options); };
    }};

}  // namespace mote::cli
