// mote train: a float model from a configuration and recordings, or a cross-validation over groups.
#include <algorithm>
#include <thread>

#include "host/cli/commands.h"
#include "host/evaluate/folds.h"
#include "host/train/run.h"

namespace mote::cli {
namespace {

struct TrainOptions {
  Path config, data, out, from;
  int64_t seed = -1;
  uint32_t threads = std::clamp(std::thread::hardware_concurrency(), 1u, kShards);
  uint32_t folds = 0;
  uint32_t checkpoint = 0;
  bool resume = false;
  bool aware = false, keep_scales = false;
  uint32_t weight_bits = 0, epochs = 0;
  double rate = 0;
};

Error wrong(const std::string& option, const std::string& what) {
  return Error{.cause = Cause::usage, .what = what, .where = option, .todo = "see: mote train --help"};
}

// What stands for keys of [train] when a training starts from a run.
Result<void> apply(const TrainOptions& options, FitConfig& fit) {
  const bool any = options.aware || options.keep_scales || options.weight_bits != 0 || options.epochs != 0 || options.rate > 0;
  if (any && options.from.empty())
    return wrong("--from", "is missing: --qat, --weight-bits, --keep-scales, --epochs, --rate need it");
  QuantizedTraining& quantized = fit.quantized;
  quantized.aware = quantized.aware || options.aware;
  quantized.keep_scales = quantized.keep_scales || options.keep_scales;
  if (options.weight_bits != 0) {
    if (options.weight_bits != 4 && options.weight_bits != 8) return wrong("--weight-bits", "is neither 4 nor 8");
    if (!quantized.aware || quantized.keep_scales) return wrong("--weight-bits", "is for --qat without --keep-scales");
    quantized.weight_bits = options.weight_bits;
  }
  if (options.epochs != 0) fit.epochs = options.epochs;
  if (options.rate > 0) fit.rate = options.rate;
  return {};
}

Result<void> run_train(Context& context, const TrainOptions& options) {
  if (options.folds == 0 && options.out.empty()) return wrong("--out", "is missing: where should the run go?");
  if (options.folds != 0 && (options.resume || options.checkpoint != 0))
    return wrong("--folds", "keeps no checkpoint: give neither --checkpoint nor --resume");
  if (options.folds != 0 && !options.out.empty()) return wrong("--out", "has no use with --folds, which keeps no model");
  TRY(const std::string text, context.files.read_text(options.config));
  TRY(TrainConfig config, parse_train_config(text, options.config.string()));
  TRY_DO(apply(options, config.fit));
  if (options.folds != 0 && !options.from.empty()) return wrong("--folds", "has no use with --from: a fold starts anew");
  if (!options.from.empty() && options.from.lexically_normal() == options.out.lexically_normal())
    return wrong("--out", "is the run that --from starts from");
  std::optional<Parent> parent;
  if (!options.from.empty()) {
    TRY(parent, read_parent(context.files, options.from, config.fit.quantized.keep_scales));
  }
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
  TRY(const Run run,
      train(config, dataset, split, options.threads, "train", context.progress, &checkpoint, parent ? &*parent : nullptr));
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
        "that validated on the next fold and trained on the rest, and that was quantized.\n"
        "With --from RUN it starts from the weights of a run of the same layers; with --qat it simulates the int8 model and\n"
        "learns its scales; with --keep-scales it keeps those of RUN's model, so that little of the file changes.",
    .example = "mote train --config examples/har/mote.toml --data RECORDINGS --out build/har",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<TrainOptions>();
      arguments.required("--config", options->config, "TOML file (docs/training.md)");
      arguments.option("--data", options->data, "folder or file of recordings; none for the synthetic generator");
      arguments.option("--out", options->out, "folder for the run");
      arguments.option("--from", options->from, "run to start from");
      arguments.flag("--qat", options->aware, "[train] quantization_aware = true");
      arguments.ranged("--weight-bits", options->weight_bits, 0u, 8u, "[train] weight_bits, 4 or 8; 0: as configured");
      arguments.flag("--keep-scales", options->keep_scales, "[train] keep_scales = true");
      arguments.ranged("--epochs", options->epochs, 0u, 100000u, "with --from: instead of the configuration's, when not 0");
      arguments.ranged("--rate", options->rate, 0.0, 10.0, "with --from: instead of the configuration's, when not 0");
      arguments.option("--seed", options->seed, "instead of the configuration's, when 0 or more");
      arguments.ranged("--threads", options->threads, 1u, 64u, "at most 4 are of use");
      arguments.ranged("--folds", options->folds, 0u, 1000u, "cross-validate over so many folds; 0: train once");
      arguments.ranged("--checkpoint", options->checkpoint, 0u, 100000u, "keep the state after every so many epochs; 0: never");
      arguments.flag("--resume", options->resume, "go on from the checkpoint in --out, when there is one");
      return [options](Context& context) { return run_train(context, *options); };
    }};

}  // namespace mote::cli
