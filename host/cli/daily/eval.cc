// mote eval: how good a quantized model is, as a device runs it.
#include "host/cli/commands.h"
#include "host/evaluate/evaluate_run.h"

namespace mote::cli {
namespace {

struct EvalOptions {
  Path model, data, inputs, outputs;
  std::string split = "test";
};

Result<void> run_eval(Context& context, const EvalOptions& options) {
  EvaluateRunInput input;
  input.model = options.model;
  if (!options.data.empty()) input.data = options.data;
  input.part = options.split == "all" ? EvaluatePart::all : EvaluatePart::test;
  input.keep_tensors = !options.inputs.empty() || !options.outputs.empty();
  TRY(const Evaluation evaluation, evaluate_run(context.files, input, context.progress));
  if (!options.inputs.empty()) TRY_DO(context.files.write(options.inputs, evaluation.inputs));
  if (!options.outputs.empty()) TRY_DO(context.files.write(options.outputs, evaluation.outputs));
  context.print(evaluation);
  return {};
}

}  // namespace

const Command daily_eval = {
    .summary = "evaluate a quantized model, and the float graph it was made from",
    .details =
        "Takes reader, windowing, classes, split and float graph from the run.json beside the model. The int8 model runs\n"
        "in the device's own code; `mote run` on the saved inputs gives the saved outputs, on the host and on a board.\n"
        "--split all evaluates every window of the recordings: for people or machines that the run never saw.",
    .example = "mote eval build/har/model.mote --data RECORDINGS --json",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<EvalOptions>();
      arguments.positional("model", options->model, "a .mote file beside its run.json");
      arguments.option("--data", options->data, "folder or file of recordings; none for the synthetic generator");
      arguments.choice("--split", options->split, {"test", "all"}, "the run's test groups, or all windows");
      arguments.option("--save-inputs", options->inputs, "write the int8 inputs, one after another");
      arguments.option("--save-outputs", options->outputs, "write the int8 outputs, one after another");
      return [options](Context& context) { return run_eval(context, *options); };
    }};

}  // namespace mote::cli
