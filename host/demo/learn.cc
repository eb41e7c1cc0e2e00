// Training, quantizing, evaluating, and the comparison with the board.
#include "host/demo/learn.h"

#include <algorithm>
#include <thread>

#include "device/model/container.h"
#include "host/demo/recipe_text.h"
#include "host/firmware/bench.h"
#include "host/train/shards.h"

namespace mote::demo {

Result<TrainConfig> recipe(uint64_t seed) {
  TRY(TrainConfig config, parse_train_config(kRecipeText, "examples/vibration/mote.toml"));
  config.seed = seed;
  config.data.vibration.seed = seed;
  config.split.seed = seed;
  return config;
}

Result<Learned> learn(const TrainConfig& config, const Dataset& dataset, const Path& folder, FileSystem& files,
                      Progress& progress) {
  TRY(const Split split, make_split(dataset, config.split));
  const uint32_t threads = std::clamp(std::thread::hardware_concurrency(), 1u, kShards);
  Learned learned;
  TRY(learned.run, train(config, dataset, split, threads, "train", progress));
  TRY_DO(write_run(files, folder, learned.run));
  TRY(learned.compiled, compile(compile_input(learned.run), progress));
  TRY_DO(files.write(folder / kModelFile, learned.compiled.model));

  const std::vector<uint32_t> test = windows_of(dataset, split.test);
  const EvaluateInput input{.model = learned.compiled.model,
                            .model_name = (folder / kModelFile).string(),
                            .graph = &learned.run.graph,
                            .standardization = learned.run.standardization,
                            .dataset = &dataset,
                            .windows = test,
                            .keep_tensors = true};
  TRY(learned.evaluation, evaluate(input, progress));
  return learned;
}

Result<BoardComparison> compare_with_board(const Learned& learned, const Path& folder, uint32_t windows, FileSystem& files,
                                           const Path& program_folder) {
  const Evaluation& evaluation = learned.evaluation;
  BoardComparison comparison;
  comparison.windows = std::min(windows, evaluation.samples);
  const size_t input_bytes = evaluation.inputs.size() / evaluation.samples * comparison.windows;
  const size_t output_bytes = evaluation.outputs.size() / evaluation.samples * comparison.windows;
  TRY(const Bytes model, files.read(folder / kModelFile, kMaxFileBytes));
  const BoardRun run{.model = model, .inputs = ByteView(evaluation.inputs).first(input_bytes), .inputs_name = "the test windows"};
  TRY(const BoardAnswer answer, run_on_board(run, files, program_folder));
  const Bytes& answered = answer.outputs;
  comparison.bytes = output_bytes;
  comparison.different = output_bytes > answered.size() ? output_bytes - answered.size() : answered.size() - output_bytes;
  for (size_t i = 0; i < std::min(output_bytes, answered.size()); ++i)
    comparison.different += answered[i] != evaluation.outputs[i];
  return comparison;
}

}  // namespace mote::demo
